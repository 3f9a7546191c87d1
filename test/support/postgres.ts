import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian keeps the server's programs, a folder a version. */
const DEBIAN = "/usr/lib/postgresql";
/** PostgreSQL refuses to run as root. */
const NOBODY = 65534;
const USER = "terraform";
const PASSWORD = "postgres-of-tests-k3Vb8sLw";

const programs = existsSync(DEBIAN)
  ? readdirSync(DEBIAN)
      .map((version) => join(DEBIAN, version, "bin"))
      .find((folder) => existsSync(join(folder, "initdb")))
  : undefined;

/** Whether PostgreSQL can be started here; says so where not. */
export const hasPostgres = programs !== undefined;
if (!hasPostgres)
  process.stderr.write("SKIPPED state in PostgreSQL: no server; apt-get install -y postgresql\n");

/** A PostgreSQL server on loopback with a database of its own. */
export interface Postgres {
  readonly port: number;
  /** How libpq and Terraform get in; the password is one of them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly password: string;
  /** Rows of a query, a line each. */
  readonly query: (sql: string) => string;
  readonly stop: () => Promise<void>;
}

/** Starts a server; stop it when done. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  const secret = join(folder, "password");
  writeFileSync(secret, PASSWORD, { mode: 0o600 });
  const isRoot = process.geteuid?.() === 0;
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) for (const path of [folder, secret]) chownSync(path, NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  const made = spawnSync(
    join(programs ?? "", "initdb"),
    ["-D", data, "-U", USER, "-A", "scram-sha-256", `--pwfile=${secret}`, "--no-sync", "--no-locale"],
    { ...as, cwd: "/", encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stdout}${made.stderr}`);
  const port = await freePort();
  const server = spawn(
    join(programs ?? "", "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-F"],
    { ...as, cwd: "/", stdio: ["ignore", "ignore", "pipe"] },
  );
  await listening(server);
  const variables = { PGHOST: "127.0.0.1", PGPORT: String(port), PGUSER: USER, PGPASSWORD: PASSWORD };
  return {
    port,
    variables,
    password: PASSWORD,
    query: (sql) => {
      const result = spawnSync(join(programs ?? "", "psql"), ["-XAtc", sql, "postgres"], {
        encoding: "utf8",
        env: { ...process.env, ...variables },
      });
      if (result.status !== 0) throw new Error(result.stderr);
      return result.stdout.trim();
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      // At once, whoever is connected still.
      if (server.exitCode === null && server.kill("SIGQUIT")) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: ChildProcess): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (piece: Buffer) => {
      log += piece.toString("utf8");
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`postgres: ${log}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
