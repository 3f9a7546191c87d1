import { posix } from "node:path";

import { type NginxDirective, readNginx } from "../../config";
import type { ClientAuthentication } from "../../model";
import type { Listener } from "../inventory";
import { type FoundUse, fileIn } from "./foundUse";

const FILES: Readonly<Record<string, FoundUse["as"]>> = {
  ssl_certificate: "certificate",
  ssl_certificate_key: "key",
  ssl_client_certificate: "client authorities",
  ssl_trusted_certificate: "client authorities",
  proxy_ssl_certificate: "certificate",
  proxy_ssl_certificate_key: "key",
  proxy_ssl_trusted_certificate: "truststore",
};
const VERIFICATION: Readonly<Record<string, ClientAuthentication>> = {
  on: "require",
  optional: "request",
  optional_no_ca: "request",
};

/** What the servers of a configuration of nginx read; relative paths start at the folder of `nginx.conf`. */
export function nginxUses(path: string, bytes: Uint8Array): FoundUse[] {
  const [, prefix = posix.dirname(path)] = /^(.*\/nginx)\//.exec(path) ?? [];
  return usesIn(readNginx(Buffer.from(bytes).toString("utf8")), prefix, {});
}

function usesIn(
  directives: readonly NginxDirective[],
  prefix: string,
  served: { readonly listener?: Listener },
): FoundUse[] {
  return directives.flatMap(({ name, words, block }) => {
    if (name === "server") return usesIn(block, prefix, listenerIn(block));
    const [written = ""] = words;
    const as = FILES[name];
    if (as === undefined || written === "" || /[$]|^(?:engine|data|store):/.test(written))
      return usesIn(block, prefix, served);
    const isServed = !name.startsWith("proxy_");
    return [{ product: "nginx", path: fileIn(prefix, written), as, ...(isServed ? served : {}) }];
  });
}

function listenerIn(server: readonly NginxDirective[]): { readonly listener?: Listener } {
  const wordsOf = (wanted: string): readonly string[][] =>
    server.filter(({ name }) => name === wanted).map(({ words }) => [...words]);
  const address = wordsOf("listen").find((words) => words.includes("ssl"))?.[0] ?? "";
  const [, port] = /(?:^|:)(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined) return {};
  const names = wordsOf("server_name")
    .flat()
    .filter((name) => /^[\w*][\w.*-]*$/.test(name) && name !== "_");
  const [verify = ""] = wordsOf("ssl_verify_client")[0] ?? [];
  return { listener: { port: Number(port), names, clientAuthentication: VERIFICATION[verify] ?? "none" } };
}
