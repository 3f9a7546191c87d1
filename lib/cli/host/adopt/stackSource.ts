import type { InventoryEntry } from "../../../inventory";
import { type Certificate, toPem } from "../../../pki";
import type { SecretReference } from "../../../model";
import { environmentVariable, printableJson, terminalLine } from "../../../text";
import { fileNameFor, Identifiers, variableOf, wordsOfPath } from "./identifiers";
import { type AdoptableStore, namesOf, type ServedIdentity } from "./select";

export interface StackSourceOptions {
  /** Name of the stack. */
  readonly stack: string;
  readonly stores: readonly AdoptableStore[];
  /** How a host is written: `this.environment.host("app")`. */
  readonly hostExpression: (host: string) => string;
  readonly certificateOf: (anchor: InventoryEntry) => Certificate | undefined;
}

/** Code of a stack, and what lies beside it. */
export interface StackSource {
  readonly className: string;
  readonly source: string;
  /** Certificates in PEM, by path relative to the project. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Variables that somebody has to set, with the store that each opens: a known default opens it today. */
  readonly newVariables: ReadonlyMap<string, string>;
}

/** Writes the stack that declares what is there; the same stores give the same bytes. */
export function stackSource(options: StackSourceOptions): StackSource {
  return new StackWriter(options).write();
}

class StackWriter {
  private readonly ids = new Identifiers();
  private readonly nouns = new Set(["TrustStack"]);
  private readonly certificates = new Map<string, string>();
  private readonly newVariables = new Map<string, string>();
  private readonly partners = new Map<string, string>();
  private readonly hosts = new Map<string, string>();
  private readonly keystores = new Map<AdoptableStore, string>();

  constructor(private readonly options: StackSourceOptions) {}

  write(): StackSource {
    const { stack, stores } = this.options;
    const className = `${this.ids.next([stack])}Stack`;
    const hosts = [...new Set(stores.map(({ host }) => host))].map((host) => this.host(host));
    const partners = stores.flatMap(({ anchors }) => anchors.flatMap((anchor) => this.partner(anchor)));
    const keystores = stores.flatMap((store) => this.keystore(store));
    const endpoints = stores.flatMap((store) =>
      store.served.flatMap((served) => this.endpoint(store, served)),
    );
    const body = [hosts, partners, keystores, endpoints]
      .filter((part) => part.length > 0)
      .map((part) => part.map((line) => `    ${line}`).join("\n"))
      .join("\n\n");
    const source = [
      'import type { Construct } from "constructs";',
      "import {",
      ...[...this.nouns].sort().map((noun) => `  ${noun},`),
      '} from "cdktf-trust";',
      "",
      "/** What stood on the hosts when it was adopted. */",
      `export class ${className} extends TrustStack {`,
      "  constructor(scope: Construct, id: string) {",
      "    super(scope, id);",
      body,
      "  }",
      "}",
      "",
    ].join("\n");
    return { className, source, certificates: this.certificates, newVariables: this.newVariables };
  }

  private host(host: string): string {
    const variable = variableOf(this.ids.next([host.replace(/^(?:local:|ssh:\/\/)/, ""), "host"]));
    this.hosts.set(host, variable);
    const expression = this.options.hostExpression(host);
    if (expression.startsWith("Host.")) this.nouns.add("Host");
    return `const ${variable} = ${expression};`;
  }

  /** A certificate that several stores trust is declared once. */
  private partner(anchor: InventoryEntry): string[] {
    const certificate = this.options.certificateOf(anchor);
    if (certificate === undefined || this.partners.has(certificate.sha256)) return [];
    this.nouns.add("PartnerCertificate");
    const name = /(?<=CN=)[^,+]+/.exec(certificate.subject.toString())?.[0] ?? anchor.alias;
    const id = this.ids.next([name, "certificate"]);
    const file = this.certificateFile(fileNameFor(name), toPem(certificate.der, "CERTIFICATE"));
    this.partners.set(certificate.sha256, variableOf(id));
    return [
      comment(`${certificate.toString()}, until ${certificate.notAfter.toISOString().slice(0, 10)}`),
      ...made(`const ${variableOf(id)} = new PartnerCertificate`, id, [`file: ${text(file)}`]),
    ];
  }

  private certificateFile(name: string, pem: string): string {
    for (let number = 1; ; number++) {
      const path = `certificates/${fileNameFor(this.options.stack)}/${name}${number === 1 ? "" : `-${number}`}.pem`;
      if (this.certificates.has(path)) continue;
      this.certificates.set(path, pem);
      return path;
    }
  }

  private keystore(store: AdoptableStore): string[] {
    for (const noun of ["Keystore", "Secret"]) this.nouns.add(noun);
    const id = this.ids.next(wordsOfPath(store.path));
    const variable = variableOf(id);
    this.keystores.set(store, variable);
    return [
      `const ${variable} = new Keystore(this, ${text(id)}, {`,
      `  host: ${this.hosts.get(store.host) ?? ""},`,
      `  path: ${text(store.path)},`,
      `  password: ${this.secret(store, id)},`,
      `  profile: ${text(store.profile)},`,
      '  ifMissing: "fail",',
      "});",
      ...store.anchors.flatMap((anchor) => this.entry(variable, id, anchor)),
    ];
  }

  private secret({ password, path }: AdoptableStore, id: string): string {
    if (password !== undefined) return secretExpression(password);
    const variable = environmentVariable(
      `${this.options.stack}_${id.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_")}_PASSWORD`,
    );
    this.newVariables.set(variable, path);
    return `Secret.env(${text(variable)})`;
  }

  private entry(keystore: string, storeId: string, anchor: InventoryEntry): string[] {
    const partner = this.partners.get(anchor.chain[0]?.sha256 ?? "");
    if (partner === undefined) return [];
    this.nouns.add("TruststoreEntry");
    const id = this.ids.next([storeId, "trusts", anchor.alias]);
    const props = [`truststore: ${keystore}`, `alias: ${text(anchor.alias)}`, `trusts: ${partner}`];
    return made("new TruststoreEntry", id, props);
  }

  private endpoint(store: AdoptableStore, served: ServedIdentity): string[] {
    const { entry, use } = served;
    const { clientAuthentication, port } = use.listener;
    const truststore = this.truststoreOf(store, use);
    if (clientAuthentication !== "none" && truststore === undefined)
      return [
        comment(
          `${use.by} asks for client certificates on port ${port}, and the truststore for them is not declared here: an HttpsCallbackEndpoint for "${entry.alias}" needs it.`,
        ),
      ];
    for (const noun of ["Certificate", "HttpsCallbackEndpoint"]) this.nouns.add(noun);
    return [
      comment(`${use.product}, as ${use.by} says.`),
      `new HttpsCallbackEndpoint(this, ${text(this.ids.next([use.product, entry.alias, "endpoint"]))}, {`,
      `  names: [${namesOf(entry, use).map(text).join(", ")}],`,
      `  port: ${port},`,
      `  identity: ${this.keystores.get(store) ?? ""}.entry(${text(entry.alias)}),`,
      "  certificate: Certificate.existing(),",
      ...(clientAuthentication === "none"
        ? []
        : [`  clientAuthentication: ${text(clientAuthentication)},`, `  truststore: ${truststore},`]),
      "});",
    ];
  }

  /** What the same connector of the same configuration accepts clients by. */
  private truststoreOf(store: AdoptableStore, { by, listener }: ServedIdentity["use"]): string | undefined {
    const found = this.options.stores.find(
      ({ host, file }) =>
        host === store.host &&
        file.usedBy.some(
          (use) => use.as === "truststore" && use.by === by && use.listener?.port === listener.port,
        ),
    );
    return found === undefined ? undefined : this.keystores.get(found);
  }
}

function secretExpression(reference: SecretReference): string {
  const [, kind = "", rest = ""] = /^(env|file|cmd):(.*)$/s.exec(reference) ?? [];
  const methods: Readonly<Record<string, string>> = { env: "env", file: "file", cmd: "command" };
  return `Secret.${methods[kind]}(${text(rest)})`;
}

/** Columns that code is written in, of which a constructor's body leaves some. */
const COLUMNS = 106;

/** A construct on one line, or with each prop on its own. */
function made(beginning: string, id: string, props: readonly string[]): string[] {
  const short = `${beginning}(this, ${text(id)}, { ${props.join(", ")} });`;
  if (short.length <= COLUMNS) return [short];
  return [`${beginning}(this, ${text(id)}, {`, ...props.map((prop) => `  ${prop},`), "});"];
}

/** A string of TypeScript, whatever is in it. */
export function text(value: string): string {
  return printableJson(value);
}

/** One line, whatever a certificate says. */
function comment(words: string): string {
  return `// ${terminalLine(words)}`;
}
