import { requestAnew } from "../../../lock";
import { UsageError } from "../../errors";
import type { CliIo, ExitCode } from "../../io";
import { declaredPlans, lockContext } from "../context";
import { reportLock } from "../report";
import type { RequestFlags } from "./flags";
import { requiredLock } from "./waiting";

/** Makes another request for an identity, in the place of one that waits. */
export async function newRequest(
  io: CliIo,
  id: string,
  flags: RequestFlags & { readonly sameKey?: boolean },
): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const lock = requiredLock(context);
  const declared = (await declaredPlans(io, context, flags)).flatMap(({ identities }) => identities);
  const requested = declared.flatMap((identity) =>
    identity.request.kind === "requested" ? [{ id: identity.id, request: identity.request }] : [],
  );
  const found = requested.find((identity) => identity.id === id);
  if (found === undefined) {
    const ids = [...new Set(requested.map((identity) => identity.id))].join(", ");
    throw new UsageError(`"${id}" is not declared with Certificate.requested; there are: ${ids || "none"}`);
  }
  const { session } = context;
  const result = requestAnew(session.open().withLock(lock), found.id, found.request, {
    keepsKey: flags.sameKey ?? false,
    now: io.now,
    randomBytes: io.randomBytes,
  });
  session.save(result.lock);
  reportLock(io, { context, lock: session.lock, changes: [result.change], observations: [] }, flags);
  return 0;
}
