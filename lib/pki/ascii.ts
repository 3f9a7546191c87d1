/** Whether a text is ASCII throughout. */
export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
