import { readFileSync } from "node:fs";
import { packageFile } from "./packageFile";

let version: string | undefined;

/**
 * Version of this package, read once.
 *
 * @throws SynthError `missing-build` where the package has lost its `package.json`
 */
export function toolVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
  return version;
}
