import type { Construct } from "constructs";
import { type IHost, type ITrustable, TrustFile } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import type { CertificateMappingConfiguration, CertificateUsage } from "./integrationServerConfiguration";
import type { CertificateMappingOptions } from "./integrationServerProps";
import { pathComponent } from "../../text";

/** Client certificates that stand for users of a server, each in a file of its own. */
export class CertificateMappings {
  private readonly mappings: CertificateMappingConfiguration[] = [];
  private readonly clients = new Set<string>();
  /** The certificates, of which the server learns only when somebody tells it. */
  readonly files: TrustFile[] = [];

  /**
   * @param directory where the certificates go
   * @param unproven what has to be done before the server knows a certificate that is there
   */
  constructor(
    private readonly server: Construct,
    private readonly host: IHost,
    private readonly directory: string,
    private readonly unproven: string,
  ) {}

  /** What the server is told of them. */
  get configuration(): readonly CertificateMappingConfiguration[] {
    return this.mappings;
  }

  add(
    id: string,
    { certificateOf, user, usage = "SSL Authentication" }: CertificateMappingOptions,
  ): TrustFile {
    const file = new TrustFile(this.server, id, {
      host: this.host,
      path: this.inDirectory(this.fileName(id, user, usage)),
      content: { certificateOf, part: "leaf", encoding: "der" },
      unproven: this.unproven,
    });
    this.files.push(file);
    this.mappings.push({ path: file.path, user, usage });
    return file;
  }

  /** A client whose certificate is presented on several calls is mapped once. */
  addClient(user: string, certificateOf: ITrustable): void {
    const client = `${user} ${certificateOf.identity.identityId}`;
    if (this.clients.has(client)) return;
    this.clients.add(client);
    const id = `${user}-Certificate`;
    const others = [...this.clients].filter((mapped) => mapped.startsWith(`${user} `)).length - 1;
    this.add(others === 0 ? id : `${id}-${others + 1}`, { user, certificateOf });
  }

  /** The user's name, the usage where it is not that of TLS, and the id where the name is taken. */
  private fileName(id: string, user: string, usage: CertificateUsage): string {
    const suffix = usage === "SSL Authentication" ? "" : `-${usage.toLowerCase().replaceAll(" ", "-")}`;
    const name = `${pathComponent(user)}${suffix}.der`;
    const isTaken = this.mappings.some(({ path }) => path === this.inDirectory(name));
    return isTaken ? `${pathComponent(`${user}-${id}`)}.der` : name;
  }

  private inDirectory(name: string): string {
    return pathsOf(this.host).join(this.directory, name);
  }
}
