import { systemCode } from "../../model/systemCode";
import type { CallContext } from "../protocol";
import type { FileRemoval } from "./takeAway";

/** Warns of what a destroy could not do as it was asked. */
export function tellRemoval(
  removal: FileRemoval,
  { path }: { readonly path: string },
  context: CallContext,
): void {
  if (removal === "gone") context.warn(`${path} was gone already`, "There was nothing to remove.");
  if (removal === "not-restored") {
    context.warn(
      `What was at ${path} before could not be put back`,
      "It is kept nowhere beside it any more.",
    );
  }
  if (removal === "not-ours" || removal === "not-ours-kept") {
    const kept = removal === "not-ours" ? "" : " What had been there before is kept beside it (.kept).";
    context.warn(
      `${path} was left in place`,
      `Somebody has changed it since it was delivered. Remove it by hand if nobody needs it.${kept}`,
    );
  }
}

/** A host that has vanished holds nothing of ours any more. */
export function goneAlready(
  state: { readonly path: string },
  context: CallContext,
): (error: unknown) => void {
  return (error) => {
    if (systemCode(error) !== "parent-missing") throw error;
    context.warn(
      `${state.path} was gone already`,
      "Its directory does not exist any more; there was nothing to remove.",
    );
  };
}
