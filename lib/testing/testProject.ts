import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Project, findProjectDirectory, readProject } from "../project";

/** What a test needs of the project that it runs in. */
export type TestProject = Pick<Project, "outputDirectory" | "context">;

/**
 * The project around the working directory; an empty one where there is no `cdktf.json`.
 *
 * @throws ProjectError `damaged-file`
 */
export function testProject(): TestProject {
  const directory = findProjectDirectory(process.cwd());
  return existsSync(join(directory, "cdktf.json"))
    ? readProject(directory)
    : { outputDirectory: join(directory, "cdktf.out"), context: {} };
}
