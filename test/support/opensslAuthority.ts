import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "./tools";

/** What a signed certificate says where it is not what was asked for. */
export interface Signed {
  readonly days?: number;
  /** Extensions in OpenSSL's own words, in the place of the requested ones. */
  readonly extensions?: readonly string[];
  readonly issuer?: "root" | "issuing";
}

/** Somebody else's authority: a root and an issuing one below it, both OpenSSL's. */
export class OpensslAuthority {
  readonly directory = mkdtempSync(join(tmpdir(), "cdktf-trust-authority-"));
  private readonly serials = new Set<string>();

  constructor(private readonly name: string) {
    this.openssl(
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650".split(
        " ",
      ),
      "-subj",
      `/CN=${name} Root`,
    );
    const request =
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout issuing.key -out issuing.csr";
    this.openssl(...request.split(" "), "-subj", `/CN=${name} Issuing`);
    this.sign("issuing.csr", "issuing.pem", {
      issuer: "root",
      days: 1825,
      extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign"],
    });
  }

  /** Signs a request with what it asks for, unless something else is said. */
  sign(csr: string, out: string, { days = 90, extensions, issuer = "issuing" }: Signed = {}): Buffer {
    const serial = String(this.serials.size + 1);
    this.serials.add(serial);
    if (extensions !== undefined) this.write("extensions.cnf", `${extensions.join("\n")}\n`);
    this.openssl(
      ...`x509 -req -in ${csr} -out ${out} -CA ${issuer}.pem -CAkey ${issuer}.key -set_serial ${serial} -days ${days}`.split(
        " ",
      ),
      ...(extensions === undefined ? ["-copy_extensions", "copyall"] : ["-extfile", "extensions.cnf"]),
    );
    return this.read(out);
  }

  openssl(...words: readonly string[]): string {
    return execFileSync(tool("openssl"), words, {
      cwd: this.directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  toString(): string {
    return this.name;
  }
}
