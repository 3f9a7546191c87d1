/** A time that something took, as people say it: `0.4 s`, `38 s`, `2 min 5 s`. */
export function seconds(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
