import { providerConfiguration } from "../configuration";
import { drifted, foreignFile, lostClaim, ownedByOthers, sharedContent } from "../errors";
import type { FileRefusals } from "../files/deliver";
import { formatId } from "../location";
import { isKnown, type Unknown } from "../protocol";
import { importRemedy } from "../remedies";

/** What a file is refused for, in words that name it. */
export function refusalsOf(
  typeName: string,
  planned: {
    readonly host: string | Unknown;
    readonly path: string | Unknown;
    readonly on_foreign: string | Unknown;
  },
): FileRefusals {
  const { on_foreign: onForeign } = planned;
  const where = isKnown(planned.path) ? planned.path : "";
  const host = isKnown(planned.host) ? planned.host : "";
  const importing = () => importRemedy(typeName, { host, path: where }, formatId(host, where));
  return {
    onForeign: () => {
      if (isKnown(onForeign) && onForeign !== "replace") throw foreignFile(where, importing());
    },
    onOthers: (owners) => {
      throw ownedByOthers(where, "another content or mode", owners);
    },
    onLost: () => {
      throw lostClaim(where, "another content", providerConfiguration().owner, importing());
    },
    onDrift: (isMissing) => {
      throw drifted(where, isMissing ? "not there" : "of another content");
    },
    onShared: (owners) => {
      throw sharedContent(where, owners);
    },
  };
}
