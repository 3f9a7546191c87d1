import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { relabelClaims } from "../../../lib/cli/mv/relabelClaims";
import { type Claim, formatOwnership } from "../../../lib/hosts";
import type { StateRow } from "../../../lib/project";

const claim = (owner: string, kind: Claim["kind"] = "key"): Claim => ({
  owner,
  declaredAt: "trust_key_entry a",
  kind,
  at: "a",
  content: "c",
  origin: "created",
});
const record = (claims: Readonly<Record<string, Claim>>) => formatOwnership({ created: true, claims });

describe("claims that another stack takes along", () => {
  let project: string;
  let file: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "relabel-"));
    mkdirSync(join(project, "app/opt"), { recursive: true });
    file = join(project, "app/opt/.keys.cdktf-trust.json");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const row = (id: string, host = "local:app", path = "/opt/keys"): StateRow => ({
    address: `trust_key_entry.${id}`,
    type: "trust_key_entry",
    name: id,
    isPlain: true,
    host,
    path,
    claim: id,
  });
  const relabel = (rows: readonly StateRow[], isDryRun = false) =>
    relabelClaims({ rows, projectDirectory: project, from: "p/e/old", to: "p/e/new", isDryRun });

  test("name the new owner, and no other claim does", async () => {
    writeFileSync(
      file,
      record({
        one: claim("p/e/old"),
        "two/tls": claim("p/e/old", "setting"),
        three: claim("p/e/old"),
        four: claim("x"),
      }),
    );
    const before = readFileSync(file);

    expect(await relabel([row("one"), row("two"), row("four")], true)).toEqual([
      { host: "local:app", path: "/opt/keys", claims: 2 },
    ]);
    expect(readFileSync(file)).toEqual(before);

    expect(await relabel([row("one"), row("two"), row("four")])).toEqual([
      { host: "local:app", path: "/opt/keys", claims: 2 },
    ]);
    expect(readFileSync(file, "utf8")).toBe(
      record({
        one: claim("p/e/new"),
        "two/tls": claim("p/e/new", "setting"),
        three: claim("p/e/old"),
        four: claim("x"),
      }),
    );
    expect(await relabel([row("one")])).toEqual([]);
  });

  test("on a host that cannot be reached are told, and the others are gone through", async () => {
    writeFileSync(file, record({ one: claim("p/e/old") }));
    writeFileSync(join(project, "dead"), "");
    expect(await relabel([row("zero", "local:dead"), row("one")])).toEqual([
      { host: "local:dead", path: "/opt/keys", claims: 0, problem: expect.stringContaining("/opt/keys") },
      { host: "local:app", path: "/opt/keys", claims: 1 },
    ]);
  });
});
