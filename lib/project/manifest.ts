import { existsSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { readJsonFile } from "./jsonFile";
import { notSynthesised } from "./errors";
import { type Shape, WrongShape, listOf, mapOf, object, optional, plainData, text } from "./shape";

/** One stack as CDKTF's manifest names it. */
export interface ManifestStack {
  readonly name: string;
  readonly constructPath: string;
  /** Relative to the output directory, and below it. */
  readonly workingDirectory: string;
  /** Construct paths of the stacks that this one depends on. */
  readonly dependencies: readonly string[];
  readonly annotations: readonly Annotation[];
}

interface Annotation {
  readonly level: string;
  /** A text, unless a construct of another library annotated something else. */
  readonly message?: unknown;
}

const manifest = object<{ readonly stacks: Readonly<Record<string, ManifestStack>> }>({
  stacks: mapOf(
    object<ManifestStack>({
      name: text,
      constructPath: text,
      workingDirectory: pathBelow(),
      dependencies: listOf(text),
      annotations: listOf(object<Annotation>({ level: text, message: optional(plainData) })),
    }),
  ),
});

/**
 * The stacks of an output directory, as the app listed them.
 *
 * @throws ProjectError `not-synthesised`, `damaged-file`
 */
export function readManifest(outputDirectory: string): readonly ManifestStack[] {
  const file = join(outputDirectory, "manifest.json");
  if (!existsSync(file)) throw notSynthesised(outputDirectory);
  return Object.values(readJsonFile(file, manifest, "delete it and run cdktf-trust synth").stacks);
}

function pathBelow(): Shape<string> {
  return (value, place) => {
    const path = normalize(text(value, place));
    if (isAbsolute(path) || path.split(/[\\/]/).includes("..") || path.includes("\0"))
      throw new WrongShape(place, "a path below the output directory was expected");
    return path;
  };
}
