import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { posixQuote } from "../../lib/text";
import { codeBlocks, REPOSITORY } from "../docs/markdown";
import { keytoolList } from "../provider/support/stores";

const PASSWORDS = { STOCK_PASSWORD: "of-stock", SHOP_PASSWORD: "of-shop" };

/** The commands of the example's page, block by block. */
export const EXAMPLE_COMMANDS = codeBlocks()
  .filter(({ place, language }) => place.startsWith("examples/hcl/README.md") && language === "sh")
  .map(({ code }) => code);

/** A copy of `examples/hcl` to run them in. */
export class HclExample {
  readonly directory = mkdtempSync(join(tmpdir(), "trust-example-"));
  /** @param program - Terraform, or what goes by its commands */
  constructor(private readonly program: string) {
    cpSync(join(REPOSITORY, "examples/hcl"), this.directory, { recursive: true });
    writeFileSync(join(this.directory, "terraformrc"), "");
  }

  /** Runs commands of the page as they stand, and says yes; a plan must be empty. */
  run(commands: string): string {
    const cli = `node ${posixQuote(join(REPOSITORY, "dist/cdktf-trust.cjs"))}`;
    const script = commands
      .replaceAll("npx cdktf-trust", cli)
      .replaceAll(/^terraform /gm, `${posixQuote(this.program)} `);
    const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", script], {
      cwd: this.directory,
      encoding: "utf8",
      env: {
        ...process.env,
        ...PASSWORDS,
        CHECKPOINT_DISABLE: "1",
        TF_IN_AUTOMATION: "1",
        TF_CLI_CONFIG_FILE: join(this.directory, "terraformrc"),
        TF_CLI_ARGS_apply: "-auto-approve -no-color",
        TF_CLI_ARGS_plan: "-no-color -detailed-exitcode",
        TF_CLI_ARGS_destroy: "-auto-approve -no-color",
      },
    });
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  }

  onHost(path: string): string {
    return join(this.directory, "hosts", path);
  }

  /** What keytool lists of the two stores. */
  listed() {
    return {
      stock: keytoolList(this.onHost("stock/etc/stock/server.p12"), PASSWORDS.STOCK_PASSWORD),
      shop: keytoolList(this.onHost("shop/etc/shop/truststore.p12"), PASSWORDS.SHOP_PASSWORD),
    };
  }

  /** The identity that was made last, as keytool lists it, and as one that trusts it does. */
  made(): { readonly identity: string; readonly trusted: string } {
    const list = keytoolList(join(this.directory, "identity/stock.p12"), PASSWORDS.STOCK_PASSWORD);
    const identity = list["stock"] ?? "";
    return { identity, trusted: identity.replace("PrivateKeyEntry", "trustedCertEntry") };
  }

  properties(): string {
    return readFileSync(this.onHost("stock/etc/stock/application.properties"), "utf8");
  }

  /** Fingerprint of what the server would serve, of each restart. */
  restarts(): string[] {
    const lines = readFileSync(join(this.directory, "restarts"), "utf8").trim().split("\n");
    return lines.map((line) => /[0-9A-F:]{95}$/.exec(line)?.[0] ?? line);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
