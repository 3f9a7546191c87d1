import { posix } from "node:path";

import type { FoundUse } from "./foundUse";

/** What running Javas were told, and the folders of products and Javas that are worth a search. */
export interface JavaFiles {
  readonly uses: readonly FoundUse[];
  readonly directories: readonly string[];
}

/** @param words as `HostFiles.javaOptions` gives them */
export function javaFiles(words: readonly string[]): JavaFiles {
  const uses: FoundUse[] = [];
  const directories: string[] = [];
  for (const word of words) {
    const [, name, path = ""] = /^-D([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === "javax.net.ssl.keyStore") uses.push({ product: "Java", path, as: "keystore" });
    else if (name === "javax.net.ssl.trustStore") uses.push({ product: "Java", path, as: "truststore" });
    else if (name?.startsWith("catalina.") === true) directories.push(posix.join(path, "conf"));
    else if (name?.startsWith("jetty.") === true) directories.push(path);
    else if (name === undefined) {
      const home = posix.dirname(posix.dirname(word));
      directories.push(posix.join(home, "lib/security"), posix.join(home, "jre/lib/security"));
    }
  }
  return { uses, directories };
}
