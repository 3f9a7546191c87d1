/** Sets this process's clock fast or slow, for `Date.now()` and `new Date()`. */
export function setClockWrong(errorMs: number): void {
  const RightDate = Date;
  const now = (): number => RightDate.now() + errorMs;
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, values: unknown[]): Date =>
      Reflect.construct(target, values.length === 0 ? [now()] : values) as Date,
    get: (target, name): unknown => (name === "now" ? now : Reflect.get(target, name)),
  });
}
