/** A product that the stack configures, or that its calls go to: what people mean by a box in a picture. */
export interface SystemPlan {
  /** `<stack>/<key>` */
  readonly id: string;
  /** What people call it. */
  readonly label: string;
  /** For example "ElectricFlow". */
  readonly product: string;
  /** Where it runs; a host of kind `outside` says that it is somebody else's. */
  readonly hostId: string;
}
