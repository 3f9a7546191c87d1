import { execute } from "../measure";
import { CLI } from "../programs";
import { compare } from "../report";

const ROUNDS = 15;

/** The program that does nothing, beside Node that does nothing. */
export async function benchStart(): Promise<void> {
  const target = { ratio: 1.5, kind: "most" } as const;
  await compare(
    { title: "process start", target, base: "node -e 0" },
    [
      { name: "node -e 0", run: () => void execute(process.execPath, ["-e", "0"]) },
      { name: "cdktf-trust", run: () => void execute(process.execPath, [CLI, "--version"]) },
    ],
    ROUNDS,
  );
}
