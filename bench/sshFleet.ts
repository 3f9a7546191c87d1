import { readFileSync } from "node:fs";
import { App } from "cdktf";
import {
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustStack,
  TruststoreEntry,
} from "../lib";

/** A machine over SSH, and the folder there that is its own. */
export interface BenchMachine {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identity: string;
  readonly hostKey: string;
  readonly folder: string;
}

interface FleetSize {
  readonly endpoints: number;
  /** Whether the machines are reached as this one, which all of them are. */
  readonly isLocal: boolean;
}

/** Endpoints spread over machines, a keystore each, and each is trusted by the one truststore of another machine. */
class SshFleetStack extends TrustStack {
  constructor(app: App, machines: readonly BenchMachine[], { endpoints, isLocal }: FleetSize) {
    super(app, "fleet");
    const password = Secret.env("FLEET_PASSWORD");
    const places = machines.map(({ address, folder, ...way }, index) => {
      const id = `machine-${index}`;
      const host = isLocal ? Host.local(id, { root: "/" }) : Host.ssh(address, { ...way, id });
      const store = (name: string): Keystore =>
        new Keystore(this, `${name}-of-${index}`, { host, path: `${folder}/${name}.jks`, password });
      return { store, truststore: store("trust") };
    });
    for (let index = 0; index < endpoints; index += 1) {
      const number = index % machines.length;
      const round = Math.floor(index / machines.length);
      const [server, client] = [places[number], places[(number + round + 1) % machines.length]];
      if (server === undefined || client === undefined) throw new Error("there are no machines");
      const endpoint = new HttpsCallbackEndpoint(this, `Endpoint${index}`, {
        names: [`machine-${number}.example.com`],
        port: 8_000 + round,
        identity: server.store(`keys-${round}`).entry("server"),
        certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      });
      const { truststore } = client;
      new TruststoreEntry(this, `Trust${index}`, { truststore, alias: `server-${index}`, trusts: endpoint });
    }
  }
}

const [file = "", endpoints = "", way = ""] = process.argv.slice(2);
const app = new App();
const machines = JSON.parse(readFileSync(file, "utf8")) as BenchMachine[];
new SshFleetStack(app, machines, { endpoints: Number(endpoints), isLocal: way === "local" });
app.synth();
