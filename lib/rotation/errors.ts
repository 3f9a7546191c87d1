import { TrustError } from "../model";

/** Whose receipts are asked for. */
export interface ReceiptOwner {
  readonly project: string;
  readonly environment: string;
}

/** A rotation that cannot go on as asked. */
export class RotationError extends TrustError {}

export function receiptOfAnother(file: string, found: ReceiptOwner, wanted: ReceiptOwner): RotationError {
  const named = ({ project, environment }: ReceiptOwner) => `"${project}", environment "${environment}"`;
  return new RotationError(
    "other-receipt",
    `${file} is a receipt of the project ${named(found)}, and not of ${named(wanted)}: give the receipt.json of a deploy ` +
      "of this environment. Nothing was changed.",
  );
}
