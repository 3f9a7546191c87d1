import type { ActivationWay } from "../model";

/** Who reads a file, and what makes it read the file again. */
export interface PlaceReader {
  /** Whose what it reads is, as records on hosts name it. */
  readonly owner: string;
  /** For people. */
  readonly label: string;
  readonly way: ActivationWay;
}

/** Where a generation of an identity has to arrive before its rotation goes on. */
export interface RotationPlace {
  readonly identityId: string;
  readonly hostId: string;
  /** What is read there; empty on a host that nobody here may log in to. */
  readonly path: string;
  /** Whether it trusts the identity or presents it. */
  readonly role: "trusts" | "presents";
  /** The generation that it must have read, the newer of the two. */
  readonly generation: number;
  /** The certificates that it must trust, or the one that it must present, DER. */
  readonly certificates: readonly Uint8Array[];
  /** For people: what reads it. */
  readonly label: string;
  /** Whether a deploy puts the certificate there. */
  readonly isOurs: boolean;
  /** What is known to read it; none where only a person can say that it was read. */
  readonly readers: readonly PlaceReader[];
  /** Why nothing is waited for here. @default - it is waited for */
  readonly leftOut?: string;
}
