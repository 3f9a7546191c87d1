import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import type { StoreProfile } from "../../lib/model";
import { toPem } from "../../lib/pki";
import { type MadeIdentity, makeAuthority, makeCertificate } from "./certificateMaker";

/** What opens the stores of the applications; no product ships with it. */
export const APP_PASSWORD = "correct horse 7";
export const APPLICATIONS = 52;

/** Application n has the profile at n modulo their number; old ones take long to open. */
const PROFILES: readonly StoreProfile[] = [
  ...(["jks", "modern", "compat", "jdk-legacy"] as const),
  ...Array.from({ length: 24 }, () => ["jks", "modern"] as const).flat(),
];
const EXTENSIONS: Readonly<Record<StoreProfile, string>> = {
  jks: "jks",
  modern: "p12",
  compat: "pfx",
  "jdk-legacy": "p12",
};

/** A store that was laid, with what opens it. */
export interface LaidStore {
  readonly path: string;
  readonly profile: StoreProfile;
  readonly password: string;
  readonly aliases: readonly string[];
}

/** Hosts as people have made them over the years: applications that trust each other, and what nobody remembers. */
export class HandMadeStores {
  readonly stores: LaidStore[] = [];
  private readonly authorities: readonly MadeIdentity[];

  constructor(
    private readonly root: string,
    readonly now: Date,
  ) {
    this.authorities = Array.from({ length: 4 }, (_, index) =>
      makeAuthority(now, `Hand-made Authority ${index + 1}`, { toDays: 3_000 }),
    );
  }

  /** A keystore and a truststore each: application n is issued by one authority, and trusts the next one and itself. */
  layApplications(count = APPLICATIONS): void {
    for (let number = 1; number <= count; number++) {
      const profile = PROFILES[number % PROFILES.length] ?? "jks";
      const name = `app${String(number).padStart(2, "0")}`;
      const folder = `/opt/${name}/conf`;
      const issuer = this.authority(number);
      const identity = makeCertificate({
        now: this.now,
        subject: `${name}.example.com`,
        names: [`DNS:${name}.example.com`],
        issuer,
        toDays: number === 5 ? 10 : 700,
        extendedKeyUsage: ["serverAuth", "clientAuth"],
      });
      const extension = EXTENSIONS[profile];
      const key = { kind: "clear", pkcs8: identity.pkcs8 } as const;
      this.lay(`${folder}/keystore.${extension}`, profile, [
        { kind: "identity", alias: name, key, chain: identity.chain },
      ]);
      this.lay(`${folder}/truststore.${extension}`, profile, [
        anchor("partners-ca", this.authority(number + 1)),
        anchor("own-ca", issuer),
      ]);
    }
  }

  /** Stores that other programs wrote, for the tests of the formats. */
  copyVectors(): void {
    const fixtures = join(__dirname, "../fixtures");
    cpSync(join(fixtures, "vectors"), this.place("/opt/vectors"), { recursive: true });
    cpSync(join(fixtures, "pkcs12"), this.place("/opt/odd/pkcs12"), { recursive: true });
  }

  /** Damaged, empty, huge, and under names that were not meant for a terminal. */
  layOddities(): void {
    const [authority = this.authority(0)] = this.authorities;
    const whole = readFileSync(this.place("/opt/app01/conf/keystore.p12"));
    this.put("/opt/odd/zero.jks", "");
    this.put("/opt/odd/damaged.p12", whole.subarray(0, 200));
    this.put("/opt/odd/huge.p12", whole);
    truncateSync(this.place("/opt/odd/huge.p12"), 17 * 2 ** 20);
    this.lay("/opt/odd/new\nline\u{1b}[2J.jks", "jks", [anchor("ca", authority)]);
    this.lay("/opt/odd/without extension", "modern", [anchor("ca", authority)]);
    this.lay("/opt/odd/=cmd.jks", "jks", [anchor("=formula", authority)]);
    this.lay("/opt/odd/unknown.p12", "modern", [anchor("ca", authority)], "nobody knows it 1");
    this.lay("/opt/odd/unknown.jks", "jks", [anchor("ca", authority)], "nobody knows it 1");
    this.lay("/opt/odd/default.jks", "jks", [anchor("ca", authority)], "changeit");
    this.put("/opt/odd/readme.txt", "no store");
    this.put("/opt/odd/plain.key", toPem(authority.pkcs8, "PRIVATE KEY"));
    this.put("/opt/odd/bundle.pem", authority.chain.map((der) => toPem(der, "CERTIFICATE")).join("text\n"));
    this.put("/opt/odd/single.der", authority.der);
    symlinkSync("../app01/conf/keystore.p12", this.place("/opt/odd/link.p12"));
    symlinkSync("..", this.place("/opt/odd/loop"));
    symlinkSync("circle.jks", this.place("/opt/odd/circle.jks"));
  }

  /** What products say of the first applications. */
  layConfigurations(): void {
    this.put(
      "/opt/tomcat/conf/server.xml",
      `<Server><!-- <Connector keystoreFile="/no"/> --><Service>
  <Connector port="8443" SSLEnabled="true"><SSLHostConfig certificateVerification="required" truststoreFile="/opt/app04/conf/truststore.jks"
    truststorePassword="never-shown"><Certificate certificateKeystoreFile="/opt/app04/conf/keystore.jks" certificateKeyAlias="app04" certificateKeystorePassword="never-shown"/>
  </SSLHostConfig></Connector>
  <Connector port="9443" keystoreFile="\${catalina.base}/conf/gone.jks" clientAuth="want"/>
</Service></Server>`,
    );
    this.put(
      "/opt/app01/conf/application.properties",
      "server.port=8101\nserver.ssl.key-store=file:keystore.p12\nserver.ssl.key-alias=app01\nserver.ssl.key-store-password=never-shown\n",
    );
    this.put(
      "/opt/app02/config/server.properties",
      "listeners=SSL://:9093\nssl.keystore.location=/opt/app02/conf/keystore.pfx\nssl.client.auth=required\nssl.truststore.location=/opt/app02/conf/truststore.pfx\n",
    );
    this.put(
      "/opt/app03/start.d/ssl.ini",
      "--module=ssl\njetty.sslContext.keyStorePath=conf/keystore.p12\njetty.ssl.port=8103\n",
    );
    const [authority = this.authority(0)] = this.authorities;
    const web = makeCertificate({
      now: this.now,
      subject: "web.example.com",
      issuer: authority,
      names: ["DNS:web.example.com"],
    });
    this.put("/etc/nginx/tls/web.crt", toPem(web.der, "CERTIFICATE"));
    this.put("/etc/nginx/tls/web.key", toPem(web.pkcs8, "PRIVATE KEY"));
    this.put("/etc/nginx/tls/clients.crt", toPem(this.authority(1).der, "CERTIFICATE"));
    this.put(
      "/etc/nginx/conf.d/web.conf",
      "# server { ssl_certificate /no; }\nserver { listen 443 ssl; server_name web.example.com; ssl_certificate tls/web.crt;\n  ssl_certificate_key 'tls/web.key'; ssl_client_certificate tls/clients.crt; ssl_verify_client on; }\n",
    );
    this.put(
      "/opt/agent/conf/IAConfig.xml",
      '<ia><service-gateway ssl="true" host="localhost" port="8081"/></ia>',
    );
    this.lay("/opt/agent/conf/.keystore", "jks", [anchor("ca", authority)], "alarmpoint");
  }

  lay(path: string, profile: StoreProfile, entries: readonly StoreEntry[], password = APP_PASSWORD): void {
    this.put(path, writeStore(entries.reduce(setEntry, createStore(profile)), password));
    this.stores.push({ path, profile, password, aliases: entries.map(({ alias }) => alias) });
  }

  put(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.place(path)), { recursive: true });
    writeFileSync(this.place(path), content);
  }

  place(path: string): string {
    return join(this.root, path);
  }

  private authority(number: number): MadeIdentity {
    const found = this.authorities[number % this.authorities.length];
    if (found === undefined) throw new RangeError("there are no authorities");
    return found;
  }
}

function anchor(alias: string, { der }: MadeIdentity): StoreEntry {
  return { kind: "anchor", alias, certificate: der };
}
