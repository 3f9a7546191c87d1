import { zipSync, type Zippable } from "fflate";
import { COMMON_JS_PACKAGE, programName, type ProviderType } from "../address";

/** What goes into the packages of a release. */
export interface PackageContent {
  /** The bundled provider, `dist/terraform-provider-trust.cjs` of the package. */
  readonly program: Uint8Array;
  /** Texts to hand on with it, by file name. */
  readonly licences: Readonly<Record<string, Uint8Array>>;
}

/** Zip knows no earlier date; a fixed one keeps the archive the same from run to run. */
const EPOCH = new Date(1980, 0, 1);
/** Unix, without which a reader takes no mode from an archive (APPNOTE.TXT, section 4.4.2.2). */
const UNIX = 3;
const PROGRAM_MODE = 0o100755;
const TEXT_MODE = 0o100644;

/**
 * A provider as one archive that Terraform unpacks and starts: program and licences, nothing outside it. The same for
 * every platform, because the program is one for Node; so a lock file that is written on one fits the others.
 */
export function packProvider(type: ProviderType, version: string, content: PackageContent): Uint8Array {
  const files: Zippable = {
    [programName(type, version)]: entry(content.program, PROGRAM_MODE),
    "package.json": entry(Buffer.from(COMMON_JS_PACKAGE), TEXT_MODE),
    ...Object.fromEntries(
      Object.entries(content.licences).map(([name, bytes]) => [name, entry(bytes, TEXT_MODE)]),
    ),
  };
  return zipSync(files, { level: 9 });
}

function entry(bytes: Uint8Array, mode: number): Zippable[string] {
  return [new Uint8Array(bytes), { mtime: EPOCH, os: UNIX, attrs: mode * 2 ** 16 }];
}
