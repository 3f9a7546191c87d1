/** What became of one identity. */
export interface PinChange {
  readonly id: string;
  readonly action:
    | "added"
    | "renewed"
    | "observed"
    | "removed"
    | "announced"
    | "switched"
    | "retired"
    | "taken back"
    | "revoked";
  /** The generation that was made, or that is current now. */
  readonly generation: number;
  readonly reason: string;
}
