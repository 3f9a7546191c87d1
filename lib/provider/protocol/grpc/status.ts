import { types } from "node:util";
import { TrustError } from "../../../model";

/** Codes of gRPC that a call ends with here (`grpc/doc/statuscodes.md`, which also says which belongs where). */
export const Status = { ok: 0, unimplemented: 12, internal: 13 } as const;

/** A call that cannot be answered, because of how it was made. */
export class CallRefused extends TrustError {
  constructor(
    readonly status: (typeof Status)[keyof typeof Status],
    message: string,
    options?: { cause?: unknown },
  ) {
    super("call-refused", message, options);
  }
}

/** Nothing of that name is served. */
export function unknownMethod(path: string): CallRefused {
  return new CallRefused(Status.unimplemented, `there is no method ${path}`);
}

/** A method here takes exactly one message. */
export function notOneMessage(path: string): CallRefused {
  return new CallRefused(Status.unimplemented, `${path} takes exactly one message`);
}

/** The caller compresses in a way that we do not announce. */
export function compressed(encoding: string): CallRefused {
  return new CallRefused(Status.unimplemented, `messages compressed with ${encoding} are not read here`);
}

/** What was sent is not a message of that method. */
export function damagedMessage(what: string, cause?: unknown): CallRefused {
  const reason = types.isNativeError(cause) ? `: ${cause.message}` : "";
  return new CallRefused(Status.internal, `the ${what} that was sent is damaged${reason}`, { cause });
}
