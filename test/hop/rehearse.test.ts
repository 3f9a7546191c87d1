import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { rehearse } from "../../lib/hop";
import { hop, identityOf, makeWorld } from "./materials";

const { root, server, client } = makeWorld();
const anchors = [root.der];
const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
const entry = join(directory, "rehearse.cjs");

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, "../../lib/hop/rehearseEntry.ts")],
    outfile: entry,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
});

afterAll(() => rmSync(directory, { recursive: true }));

describe("rehearse", () => {
  test("gives a verdict a hop, in order, from handshakes in a child process", () => {
    // GIVEN
    const mutual = {
      identity: identityOf(server),
      clientAuthentication: "require",
      clientAnchors: anchors,
    } as const;
    const hops = [
      { ...hop({ server: { identity: identityOf(server) }, client: { anchors } }), hopId: "plain" },
      { ...hop({ server: mutual, client: { anchors } }), hopId: "no certificate" },
      { ...hop({ server: mutual, client: { anchors, identity: identityOf(client) } }), hopId: "mutual" },
    ];

    // WHEN
    const verdicts = rehearse(hops, { entry });

    // THEN
    expect(verdicts.map(({ hopId, ok }) => [hopId, ok])).toEqual([
      ["plain", true],
      ["no certificate", false],
      ["mutual", true],
    ]);
    expect(verdicts[1]?.findings[0]?.rule).toBe("no-client-certificate");
    expect(verdicts[2]?.reason).toMatch(/^trusted through .*client certificate/);
  });

  test("an identity whose key stays on its host is judged by rules alone, and says so", () => {
    const [verdict] = rehearse(
      [hop({ server: { identity: { chain: [server.der] } }, client: { anchors: [server.der] } })],
      { entry },
    );

    expect(verdict).toMatchObject({ ok: true, findings: [{ level: "warning", rule: "not-rehearsed" }] });
  });

  test("a missing entry says how to build it", () => {
    expect(() => rehearse([], { entry: join(directory, "absent.cjs") })).toThrow(/npm run build/);
  });
});
