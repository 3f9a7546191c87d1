import { type HopSource, concurrently, placesOfHops } from "../hop";
import type { TrustPlan } from "../model";
import type { HostReader } from "./hostReader";

/** Files read at a time. */
const CONCURRENCY = 8;

/** Fetches the stores and files that the hops of a plan need from their hosts, each once. */
export async function hostSource(plan: TrustPlan, reader: HostReader): Promise<HopSource> {
  const { storeIds, fileIds } = placesOfHops(plan);
  const stores = new Map(
    await concurrently([...storeIds], CONCURRENCY, async (id) => [id, await reader.store(id)] as const),
  );
  const files = new Map(
    await concurrently([...fileIds], CONCURRENCY, async (id) => [id, await reader.file(id)] as const),
  );
  return {
    store: (storeId) => stores.get(storeId),
    file: (fileId) => files.get(fileId),
    secret: (reference, subject) => reader.secret(reference, subject),
  };
}
