/** Permission bits as `chmod` takes them and `ls` readers know them: four octal digits, `0644`. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
