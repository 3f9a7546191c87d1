import { TrustError } from "../model/trustError";

/** A command line that asks for something impossible; the message says what to write instead. */
export class UsageError extends TrustError {
  constructor(message: string) {
    super("usage", message);
    this.name = "UsageError";
  }
}
