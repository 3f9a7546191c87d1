import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editConfig, readSettings } from "../../lib/config";
import { openHost, parseOwnership } from "../../lib/hosts";
import { type ConfigSetting, TrustError } from "../../lib/model";
import { configure } from "../../lib/provider/configuration";
import { providerService } from "../../lib/provider/protocol/providerService";
import { trustProvider } from "../../lib/provider/providers";
import { mutate, mutateText, replaceOne, seeded } from "../support/mutations";

const rounds = process.env["SLOW"] === "1" ? 500 : 50;
const fixtures = join(__dirname, "../fixtures/upgrade");

/** The code of the typed error that an action ends in, "none" where it ends well; whatever else it throws is a fault. */
function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof TrustError) return error.code;
    throw error;
  }
}

describe(`${rounds} mutations of what the provider reads end in typed errors only`, () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-damaged-"));

  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(readdirSync(join(fixtures, "records")))("ownership record %s", (name) => {
    const random = seeded(name.length);
    const record: unknown = JSON.parse(readFileSync(join(fixtures, "records", name), "utf8"));
    const codes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const { content } = mutate(record, random);
      codes.add(codeOf(() => parseOwnership(Buffer.from(content), "/opt/.store.cdktf-trust.json")));
    }
    expect([...codes].sort()).toEqual(expect.arrayContaining(["ownership-damaged"]));
    expect(
      [...codes].filter((code) => !["none", "ownership-damaged", "ownership-version"].includes(code)),
    ).toEqual([]);
  });

  test("lock of a run", async () => {
    const random = seeded(7);
    const holder = { user: "root", processId: 4711, machine: "build-7", since: "2026-01-01T10:00:00.000Z" };
    const host = openHost(`local:${scratch}`);
    const codes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const lock = join(scratch, ".store.cdktf-trust.lock");
      mkdirSync(lock);
      writeFileSync(join(lock, "0a".repeat(12)), mutate(holder, random).content);
      const attempt = host.exclusively("/store", async () => "in", { timeoutMs: 1 });
      codes.add(
        await attempt.catch((error: unknown) => {
          if (error instanceof TrustError) return error.code;
          throw error;
        }),
      );
      rmSync(lock, { recursive: true, force: true });
    }
    // What cannot be read is watched for signs of life, as the lock of a machine that cannot be seen.
    expect([...codes].filter((code) => code !== "locked")).toEqual(["file-too-large"]);
  });

  test.each<[string, string, ConfigSetting]>([
    [
      "properties",
      "# x\na=1\\\n  2\nb\\u0041 : y\nport=8080\n",
      { kind: "property", key: "port", value: "1" },
    ],
    [
      "XML",
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><r><a:e xmlns:a="u" port="1&amp;2"/><![CDATA[<e>]]></r>\n',
      { kind: "xml-attribute", element: "e", attribute: "port", value: "1" },
    ],
    [
      "lines",
      "export A=1\r\nexport PORT=8080\r\n",
      { kind: "line", pattern: "^export PORT=", value: "export PORT=1" },
    ],
  ])("%s", (kind, text, setting) => {
    const random = seeded(kind.length);
    const wrong: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { what, content } = mutateText(text, random);
      const bytes = Buffer.from(content);
      codeOf(() => readSettings(bytes, [setting]));
      codeOf(() => {
        const edited = editConfig(bytes, [setting]);
        if (readSettings(edited, [setting])[0]?.found !== setting.value) wrong.push(what);
      });
    }
    expect(wrong).toEqual([]);
  });

  test("rows of a state", async () => {
    configure({
      project_directory: scratch,
      owner: "shop/tst/web",
      take_over: null,
      older_generations: null,
      password_changes: null,
    });
    const service = providerService(trustProvider, new AbortController());
    const state: { resources: { type: string; instances: [{ attributes: object }] }[] } = JSON.parse(
      readFileSync(join(fixtures, "states", "terraform.electricflow-replaced.tfstate"), "utf8"),
    );
    const random = seeded(11);
    const rows = state.resources.filter(({ type }) => type.startsWith("trust_"));
    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const { type, instances } of rows) {
        const json = Buffer.from(replaceOne(instances[0].attributes, random).content);
        const upgraded = await call(service.UpgradeResourceState, {
          type_name: type,
          version: round % 2,
          raw_state: { json },
        });
        said.push(...upgraded.diagnostics.map(({ detail }) => detail));
        if (upgraded.upgraded_state === undefined) continue;
        const read = await call(service.ReadResource, {
          type_name: type,
          current_state: upgraded.upgraded_state,
          private: Buffer.alloc(0),
        });
        said.push(...read.diagnostics.map(({ detail }) => detail));
      }
    }
    expect(said.filter((detail) => detail.includes("should be"))).not.toEqual([]);
    expect(said.filter((detail) => detail.includes("fault in the provider"))).toEqual([]);
  });
});

interface Answer {
  readonly upgraded_state?: object;
  readonly diagnostics: readonly { readonly detail: string }[];
}

/** Calls a method as gRPC does. */
async function call(method: (request: never) => Promise<object>, request: object): Promise<Answer> {
  return { diagnostics: [], ...(await method(request as never)) };
}
