import type { ResolvedIdentity } from "../../lock";

/** Resolves an identity of the plan; undefined where the lock does not hold it. */
export type IdentityResolver = (identityId: string) => ResolvedIdentity | undefined;
