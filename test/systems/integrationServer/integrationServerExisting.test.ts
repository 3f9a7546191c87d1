import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { Certificate, Host, Partner, Secret } from "../../../lib/constructs";
import { IntegrationServer } from "../../../lib/systems";
import type { IntegrationServerConfiguration } from "../../../lib/systems/integrationServer/integrationServerConfiguration";
import { declare, textOf } from "../support/declaration";
import { withDirectory } from "../support/scripts";
import { describeWith } from "../../support/tools";
import { only } from "./standIn/others";
import { STORE_PASSWORD, preparedServer, setUp } from "./standIn/runs";

const instanceDirectory = "/opt/softwareag/IntegrationServer/instances/default";

describe("a store of the company's", () => {
  const declareIn = (delivery: "admin-services" | "configuration-variables") => {
    let configuration: IntegrationServerConfiguration | undefined;
    const declared = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", {
        host: Host.local("is"),
        instanceDirectory,
        delivery,
      });
      const path = "/opt/softwareag/common/conf/keystore.p12";
      server.keystore("COMPANY_KEYS", {
        password: Secret.env("COMPANY"),
        path,
        existing: true,
        profile: "compat",
      });
      server.truststore("TRUST", { password: Secret.env("TRUST"), global: true });
      const orders = server.identity("orders", Certificate.selfSigned());
      for (const id of ["Orders", "Returns"])
        server.calls(Partner.at(`https://${id}.example.com`), { id, as: orders });
      ({ configuration } = server);
    });
    return { declared, configuration };
  };

  test("is brought by the product, and gets the key of several calls under one alias", () => {
    const { declared, configuration } = declareIn("admin-services");
    expect(declared.stores[0]).toMatchObject({ profile: "compat", ifMissing: "fail" });
    expect(declared.entries.filter(({ kind }) => kind === "key")).toHaveLength(1);
    expect(configuration?.stores[0]).toMatchObject({
      type: "PKCS12",
      existing: true,
      keys: [{ alias: "orders", passwordVariable: "COMPANY" }],
    });
    expect(declared.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("keeps its location among configuration variables, which name the key alone", () => {
    const lines = textOf(declareIn("configuration-variables").declared, "trust-variables.properties").split(
      "\n",
    );
    expect(lines.filter((line) => line.startsWith("keystore."))).toEqual([
      "keystore.COMPANY_KEYS.keyAlias.orders.keyAliasPassword=$env{COMPANY}",
    ]);
  });
});

describeWith(["curl"], "an alias that the server has already", () => {
  const declaredIn = (directory: string): IntegrationServerConfiguration => ({
    ...only(directory),
    stores: [
      {
        kind: "key",
        alias: "COMPANY_KEYS",
        path: join(directory, "company.p12"),
        type: "PKCS12",
        existing: true,
        passwordVariable: "KEYS_PASSWORD",
        keys: [{ alias: "orders", passwordVariable: "KEYS_PASSWORD" }],
      },
    ],
  });

  test("gets a key, and keeps its location, its format and its other keys", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const services = preparedServer(directory);
      const location = "../../common/conf/company.p12";
      const keys = { theirs: "their password", orders: STORE_PASSWORD };
      services.state.files.set(location, { password: STORE_PASSWORD, keys, contents: "1" });
      writeFileSync(join(directory, "company.p12"), "1");
      const theirs = {
        type: "key",
        name: "COMPANY_KEYS",
        description: "company wide",
        storeType: "PKCS12",
        provider: "BC",
        location,
        password: STORE_PASSWORD,
        keys: { theirs: "their password" },
        isLoaded: true,
        contents: "1",
      };
      services.state.stores.set("key/COMPANY_KEYS", theirs);
      const run = { configuration: declaredIn(directory), environment: { IS_REPLACE: undefined } };

      // WHEN
      const first = await setUp(services, directory, run);
      const added = services.state.stores.get("key/COMPANY_KEYS");
      const second = await setUp(services, directory, run);
      const undone = await setUp(services, directory, { ...run, arguments: ["undo"] });

      // THEN
      expect(first).toMatchObject({
        status: 0,
        stdout: "The alias COMPANY_KEYS knows its keys.\nChanged: 1.\n",
      });
      expect(added).toEqual({ ...theirs, keys: { orders: STORE_PASSWORD, theirs: "their password" } });
      expect(second.stdout).toBe("Nothing to change.\n");
      expect(undone.status).toBe(0);
      expect(services.state.stores.get("key/COMPANY_KEYS")).toEqual(added);
    });
  });

  test("is asked for where it is not there, rather than made", async () => {
    await withDirectory(async (directory) => {
      const services = preparedServer(directory);
      const { status, stderr } = await setUp(services, directory, { configuration: declaredIn(directory) });
      expect([status, stderr]).toEqual([1, expect.stringContaining("its owner sets it up first")]);
      expect(services.writes).toEqual([]);
    });
  });
});
