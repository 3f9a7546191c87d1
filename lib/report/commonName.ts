/** Common name in a name as keytool prints it (`CN="a, b", O=c`); the whole name where it has none. */
export function commonNameOf(name: string): string {
  const [, quoted, plain] = /(?:^|[,+] )CN=(?:"((?:[^"\\]|\\.)*)"|([^,+]*))/.exec(name) ?? [];
  const text = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain?.trimEnd();
  return text === undefined || text === "" ? name : text;
}
