/** What became of one identity. */
export interface PinChange {
  readonly id: string;
  readonly action: "added" | "renewed" | "requested" | "completed" | "observed" | "removed";
  readonly generation: number;
  readonly reason: string;
}
