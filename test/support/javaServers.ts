import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { slowly } from "./tools";

/** Where `scripts/servers.sh` puts the servers that this machine's Debian does not have. */
const servers = resolve(process.env["CDKTF_TRUST_SERVERS"] ?? resolve(__dirname, "../../.servers"));

/** A Java server that judges what we write for it, and how to get it where it is missing. */
const homes = {
  tomcat9: { starts: "bin/bootstrap.jar", install: "scripts/servers.sh .servers tomcat9" },
  tomcat10: { starts: "bin/bootstrap.jar", install: "apt-get install tomcat10" },
  tomcat11: { starts: "bin/bootstrap.jar", install: "scripts/servers.sh .servers tomcat11" },
  jetty9: { starts: "start.jar", install: "apt-get install jetty9" },
  jetty12: { starts: "start.jar", install: "scripts/servers.sh .servers jetty12" },
} as const;

export type ServerName = keyof typeof homes;

/** Folder of a server, or undefined where it is not there. */
export function findServer(name: ServerName): string | undefined {
  const places = [join(servers, name), join("/usr/share", name)];
  return places.find((place) => existsSync(join(place, homes[name].starts)));
}

/** Folder of a server that the surrounding `testWithServer` has already found. */
export function serverHome(name: ServerName): string {
  const home = findServer(name);
  if (home === undefined) throw new Error(`${name} is not there: ${homes[name].install}`);
  return home;
}

/** `test`, or one of `slowly`, where the server is there; otherwise the test is skipped, loudly. */
export function testWithServer(
  name: ServerName,
  title: string,
  body: () => Promise<void>,
  { isSlow = false, timeout }: { readonly isSlow?: boolean; readonly timeout?: number } = {},
): void {
  if (findServer(name) !== undefined) {
    (isSlow ? slowly : test)(title, body, timeout);
    return;
  }
  const remedy = `missing ${name}: ${homes[name].install}`;
  process.stderr.write(`SKIPPED ${title} — ${remedy}\n`);
  test.skip(`${title} (${remedy})`, body);
}
