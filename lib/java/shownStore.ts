import { linkedByNames, type Store } from "../keystore";
import type { RuntimePlan } from "../model";
import { javaRules } from "./javaRules";

/** A store as what opens it shows it: chains in PKCS12 differ between Javas. */
export function shownStore(store: Store, runtime: RuntimePlan): Store {
  if (runtime.kind !== "java" || javaRules(runtime).has("linksByKeyIds")) return store;
  const shown = linked.get(store) ?? linkedByNames(store);
  linked.set(store, shown);
  return shown;
}

/** Every identity of a store is asked for in turn. */
const linked = new WeakMap<Store, Store>();
