import type { AnyResourceType, Values } from "../protocol";
import { journal } from "./journal";

/** A resource whose changes are written into the journal. */
export function journalled(type: AnyResourceType): AnyResourceType {
  const wrapped: AnyResourceType = {
    ...type,
    create: async (planned, context) => noted(type, await type.create(planned, context)),
    update: async (planned, prior, context) => noted(type, await type.update(planned, prior, context)),
    destroy: async (state, context) => {
      await type.destroy(state, context);
      noted(type, { host: state["host"], path: state["path"], alias: state["alias"] });
    },
  };
  return wrapped;
}

function noted({ typeName }: AnyResourceType, row: Values): Values {
  const { host, path, alias, sha256, content } = row;
  const hash = sha256 ?? content;
  journal({
    event: "changed",
    host: String(host),
    path: String(path),
    thing: typeof alias === "string" ? `${typeName} ${alias}` : typeName,
    ...(typeof hash === "string" && hash !== "" ? { sha256: hash } : {}),
  });
  return row;
}
