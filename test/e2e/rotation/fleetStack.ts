/** A server of the fleet. */
export interface FleetServer {
  readonly name: string;
  readonly certificate: "self-signed" | "root" | "intermediate";
  /** Whether it asks its callers for a certificate. */
  readonly asks?: boolean;
  /** Servers that it calls; those that ask are shown its own certificate. */
  readonly calls: readonly string[];
}

/** A client of the fleet. */
export interface FleetClient {
  readonly name: string;
  readonly calls: readonly string[];
  /** The server that it presents a self-signed certificate of its own to. */
  readonly presentsTo?: string;
  /** Whether people restart it, and no deploy does. */
  readonly byPeople?: boolean;
}

/** Who is in a fleet. */
export interface FleetMembers {
  readonly servers: readonly FleetServer[];
  readonly clients: readonly FleetClient[];
}

/** Where the fleet is supervised. */
export interface FleetPorts {
  readonly control: number;
  readonly servers: Readonly<Record<string, number>>;
}

/** One stack with all of a fleet; each member is restarted by an activation. */
export function fleetStack({ servers, clients }: FleetMembers, ports: FleetPorts, restart: string): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, CertificateAuthority, Host, JavaClient, JavaServer, Secret, TrustStack } from "@repository/lib";
const keyAlgorithm = "ec-p256";
const ports = ${JSON.stringify(ports)};
class Fleet extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.file("password");
    const activation = (name) => Activation.run(
      [${JSON.stringify(process.execPath)}, ${JSON.stringify(restart)}, String(ports.control), name], { on: "runner", timeoutSeconds: 600 },
    );
    const root = new CertificateAuthority(this, "Root", { commonName: "Fleet Root", keyAlgorithm });
    const upper = new CertificateAuthority(this, "Upper", { commonName: "Upper Root", keyAlgorithm });
    const intermediate = new CertificateAuthority(this, "Intermediate", { commonName: "Fleet Intermediate", keyAlgorithm, issuer: upper });
    const certificates = {
      "self-signed": () => Certificate.selfSigned({ keyAlgorithm }),
      root: () => Certificate.issuedBy(root, { keyAlgorithm }),
      intermediate: () => Certificate.issuedBy(intermediate, { keyAlgorithm }),
    };
    const members = new Map();
    for (const { name, certificate, asks = false } of ${JSON.stringify(servers)})
      members.set(name, new JavaServer(this, name, {
        host: Host.local(name), names: ["localhost"], port: ports.servers[name], alias: "server", certificate: certificates[certificate](),
        keystorePath: "/opt/keys.p12", keystorePassword: password, truststorePath: "/opt/trust.p12",
        clientAuthentication: asks ? "require" : "none", activation: activation(name),
      }));
    for (const { name, presentsTo, byPeople = false } of ${JSON.stringify(clients)})
      members.set(name, new JavaClient(this, name, {
        host: Host.local(name), truststore: "/opt/trust.p12", password,
        activation: byPeople ? Activation.manual("Restart " + name + ".") : activation(name),
        ...(presentsTo === undefined ? {} : { keystore: "/opt/keys.p12" }),
      }));
    const asking = new Set(${JSON.stringify(servers.flatMap(({ name, asks = false }) => (asks ? [name] : [])))});
    for (const { name, calls, presentsTo } of ${JSON.stringify([...servers, ...clients])})
      for (const target of calls) {
        const own = members.get(name);
        const as = target === presentsTo ? { as: Certificate.selfSigned({ keyAlgorithm }) } : asking.has(target) ? { as: own.identity } : {};
        own.calls(members.get(target), { id: target, ...as });
      }
  }
}
const app = new App();
new Fleet(app, "fleet");
app.synth();
`;
}
