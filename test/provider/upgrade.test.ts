import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { claimsOf, contentOfStore, parseOwnership } from "../../lib/hosts";
import { configure } from "../../lib/provider/configuration";
import { formatId } from "../../lib/provider/location";
import { planChange } from "../../lib/provider/protocol/planChange";
import { trustProvider } from "../../lib/provider/providers";
import { decodeJson, decodeValues, type DynamicValue } from "../../lib/provider/protocol/dynamicValue";
import { providerService } from "../../lib/provider/protocol/providerService";

const fixtures = join(__dirname, "../fixtures/upgrade");

interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly [{ readonly schema_version: number; readonly attributes: object }];
  }[];
}

/** Rows that version 0 wrote, as Terraform would hand them to the provider and get them back. */
function upgraded(file: string) {
  const state: StateFile = JSON.parse(readFileSync(join(fixtures, "states", file), "utf8"));
  return state.resources.flatMap(({ type, name, instances: [instance] }) => {
    const resource = trustProvider.resources.find(({ typeName }) => typeName === type);
    // A null resource has been the same in all versions.
    if (resource === undefined || type === "null_resource") return [];
    const before = decodeJson(Buffer.from(JSON.stringify(instance.attributes)), resource.attributes) ?? {};
    const after = resource.upgrade?.(before, instance.schema_version) ?? before;
    return [{ type, name, version: instance.schema_version, before, after }];
  });
}

const rows = upgraded("terraform.electricflow-replaced.tfstate");

test("rows of version 0 keep all that they said", () => {
  expect(rows.length).toBe(6);
  for (const { before, after, version } of rows) {
    expect(version).toBe(0);
    const said = Object.entries(before).filter(([, value]) => value !== null);
    expect(after).toMatchObject(Object.fromEntries(said));
  }
});

test("rows of version 0 say all that this version says", () => {
  for (const { type, after } of rows) {
    const unsaid = Object.entries(after).filter(([, value]) => value === null || value === undefined);
    // A key under the store's own password has none of its own, and all entries came from stores.
    const fitting: Partial<Record<string, string[]>> = {
      trust_key_entry: ["key_password"],
      trust_truststore_entry: ["certificate_pem"],
    };
    expect(unsaid.map(([name]) => name)).toEqual(fitting[type] ?? []);
  }
});

test("rows and records of version 0 speak of the same claims", () => {
  const record = parseOwnership(readFileSync(join(fixtures, "records", "displaced-key.json")), "record");
  const [claim] = claimsOf(record);
  const row = rows.find(({ type }) => type === "trust_key_entry");
  expect(claim).toMatchObject({ kind: "key", at: "jetty", kept: { place: "orig" } });
  expect(row?.after["claim"]).toBe(claim?.id);
});

/** A row of this version as Terraform has it from a state. */
async function readBack(typeName: string, written: object) {
  const { UpgradeResourceState: upgrade } = providerService(trustProvider, new AbortController());
  const resource = trustProvider.resources.find((type) => type.typeName === typeName);
  if (resource === undefined) throw new Error(`there is no ${typeName}`);
  const json = Buffer.from(JSON.stringify(written));
  const request = { type_name: typeName, version: resource.version, raw_state: { json } };
  const response = (await upgrade(request as never)) as { readonly upgraded_state: DynamicValue };
  return { resource, row: decodeValues(response.upgraded_state, resource.attributes) ?? {} };
}

function everyAttribute(typeName: string): Record<string, string> {
  const resource = trustProvider.resources.find((type) => type.typeName === typeName);
  return Object.fromEntries(Object.keys(resource?.attributes ?? {}).map((name) => [name, `the ${name}`]));
}

test("a row of this version that lacks what was added since is read", async () => {
  const complete = everyAttribute("trust_key_entry");
  const {
    generation: _,
    on_destroy: __,
    key_password: ___,
    relying: ____,
    identity: _____,
    ssh: ______,
    other_generation: _______,
    phased: ________,
    ...written
  } = complete;
  const { row } = await readBack("trust_key_entry", written);
  expect(row).toEqual({
    ...written,
    generation: 0,
    identity: "",
    on_destroy: "restore",
    key_password: null,
    relying: [],
    ssh: {},
    other_generation: 0,
    phased: false,
  });
});

test("a row of before certificates could be given in PEM plans empty", async () => {
  // GIVEN
  const {
    certificate_pem: _,
    ssh: __,
    other_generation: ___,
    ...complete
  } = everyAttribute("trust_truststore_entry");
  const written = { ...complete, id: formatId("the host", "the path", "the alias"), generation: 3 };
  const { resource, row } = await readBack("trust_truststore_entry", written);
  const config = { ...row, id: null, claim: null, owner: null, content: null };
  // WHEN
  const { isChange, planned } = await planChange(resource, row, { ...row }, config);
  // THEN
  expect(row["certificate_pem"]).toBeNull();
  expect({ isChange, planned }).toEqual({ isChange: false, planned: row });
});

test("a store's row of before there were readers plans empty, whatever opens the store", async () => {
  // GIVEN
  const { reader: _, ssh: __, ...complete } = everyAttribute("trust_keystore");
  const { resource, row } = await readBack("trust_keystore", {
    ...complete,
    id: formatId(complete["host"] ?? "", complete["path"] ?? ""),
    created: true,
    profile: "modern",
    content: contentOfStore("modern"),
    on_destroy: "restore",
  });
  const config = {
    ...row,
    reader: "java 25",
    id: null,
    created: null,
    claim: null,
    owner: null,
    content: null,
  };
  // WHEN
  const { isChange } = await planChange(resource, row, { ...row, reader: "java 25" }, config);
  // THEN
  expect(row["reader"]).toBe("java");
  expect(isChange).toBe(false);
});

test("rows of version 0 under a provider block with a project directory replace nothing", async () => {
  // GIVEN a configuration as synth writes it today, and Terraform where it ran at the time
  const projectDirectory = resolve("../../..");
  configure({
    project_directory: projectDirectory,
    owner: "cdktf-trust/local/web",
    take_over: null,
    older_generations: null,
    password_changes: null,
  });
  try {
    for (const { type, after } of upgraded("terraform.electricflow-replaced.tfstate")) {
      const resource = trustProvider.resources.find(({ typeName }) => typeName === type);
      if (resource === undefined) throw new Error(type);
      const computed = Object.entries(resource.attributes).filter(
        ([, { presence }]) => presence === "computed",
      );
      const config: Record<string, unknown> = {
        ...after,
        ...Object.fromEntries(computed.map(([name]) => [name, null])),
        // As in a plan that is made without artifacts.
        ...("artifact" in after ? { artifact: "" } : {}),
        host: String(after["host"]).replace(/^local:.*\/\.local/, "local:.local"),
        ...(typeof after["password"] === "string"
          ? { password: after["password"].replace(/^file:.*\/\.local/, "file:.local") }
          : {}),
      };

      // WHEN
      const { replacedBy, planned } = await planChange(resource, after, { ...after, ...config }, config);

      // THEN
      expect({ type, replacedBy, host: planned["host"] }).toEqual({
        type,
        replacedBy: [],
        host: config.host,
      });
      expect(after["host"]).toBe(config["host"]);
    }
  } finally {
    configure({
      project_directory: null,
      owner: null,
      take_over: null,
      older_generations: null,
      password_changes: null,
    });
  }
});
