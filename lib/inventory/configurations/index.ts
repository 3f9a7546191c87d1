import { posix } from "node:path";

import type { FoundUse } from "./foundUse";
import { nginxUses } from "./nginx";
import { jettyUses, kafkaUses, springBootUses } from "./properties";
import { tomcatUses } from "./tomcat";
import { xmattersUses } from "./xmatters";

export type { FoundUse } from "./foundUse";
export { javaFiles, type JavaFiles } from "./javaOptions";

type UsesIn = (path: string, bytes: Uint8Array) => FoundUse[];

const READERS: readonly (readonly [path: RegExp, read: UsesIn])[] = [
  [/\/server\.xml$/i, tomcatUses],
  [/\/IAConfig\.xml$/i, xmattersUses],
  [/\/start\.ini$|\/start\.d\/[^/]+\.ini$/i, jettyUses],
  [/\/application[^/]*\.properties$/i, springBootUses],
  [/\/server\.properties$/i, kafkaUses],
  [/\/nginx\.conf$|\/nginx\/.*\.conf$/i, nginxUses],
];

/** What reads a product's configuration, by its path; undefined for other files. */
export function configurationReader(path: string): UsesIn | undefined {
  return READERS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Whether a file is looked for because it may be a configuration, and holds no certificates. */
export function isConfigurationName(path: string): boolean {
  return /\.(?:xml|ini|conf|properties)$/i.test(posix.basename(path));
}
