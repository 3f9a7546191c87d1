import { writeFileSync } from "node:fs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../../lib";
import { requestOf } from "../../../lib/lock";
import {
  type GeneratedKey,
  generateKey,
  issueCertificate,
  parseCertificate,
  parseCertificateRequest,
  toPem,
} from "../../../lib/pki";
import { seededRandom } from "../../lock/support";
import { planOf } from "../../support/planOf";
import { RotationSandbox } from "./support";

const WEB = "stack/Web/Certificate";
const CA = "stack/Issuing";
const keyAlgorithm = "ec-p256";

const plan = planOf((stack) => {
  const password = Secret.env("STORE");
  const store = (id: string) =>
    new Keystore(stack, id, { host: Host.local(id), path: `/opt/${id}.p12`, password });
  const endpoint = (id: string, certificate: Certificate) =>
    new HttpsCallbackEndpoint(stack, id, {
      names: [`${id.toLowerCase()}.example.com`],
      port: 8443,
      identity: store(`keys${id}`).entry("server"),
      certificate,
    });
  const web = endpoint("Web", Certificate.requested({ keyAlgorithm }));
  const issuing = CertificateAuthority.requested(stack, "Issuing", { commonName: "Issuing", keyAlgorithm });
  const app = endpoint("App", Certificate.issuedBy(issuing, { keyAlgorithm }));
  const agent = store("agent");
  new TruststoreEntry(stack, "TrustsWeb", { truststore: agent, alias: "web", trusts: web });
  new TruststoreEntry(stack, "TrustsApp", { truststore: agent, alias: "app", trusts: app });
});

/** Somebody else's root. */
class ForeignRoot {
  private readonly key: GeneratedKey = generateKey(keyAlgorithm);
  private readonly der: Buffer;

  constructor(
    private readonly name: string,
    private readonly now: Date,
  ) {
    this.der = issueCertificate({
      ...this.dated(3650),
      subject: { commonName: name },
      publicKey: this.key.publicKey,
      issuer: { pkcs8: this.key.pkcs8 },
      authority: {},
    });
  }

  /** The certificate that a request asks for, and the root's own, in PEM. */
  answer(csr: Uint8Array): string {
    const { subject, publicKey, subjectAltNames, extendedKeyUsages, basicConstraints } =
      parseCertificateRequest(csr);
    const leaf = issueCertificate({
      ...this.dated(300),
      subject,
      publicKey,
      names: subjectAltNames,
      ...(extendedKeyUsages === undefined ? {} : { extendedKeyUsages }),
      ...(basicConstraints === undefined ? {} : { authority: {} }),
      issuer: { pkcs8: this.key.pkcs8, certificate: parseCertificate(this.der) },
    });
    return toPem(leaf, "CERTIFICATE") + toPem(this.der, "CERTIFICATE");
  }

  private dated(validityDays: number) {
    return { notBefore: this.now, validityDays, randomBytes: seededRandom(this.name + validityDays) };
  }
}

describe("an identity of somebody else's authority", () => {
  let sandbox: RotationSandbox;
  let root: ForeignRoot;

  beforeEach(async () => {
    sandbox = new RotationSandbox(plan);
    root = new ForeignRoot("Corporate Root", sandbox.now);
    expect(await sandbox.run("lock")).toMatchObject({ exitCode: 0 });
  });

  afterEach(() => sandbox.remove());

  async function complete(id: string, by = root) {
    const request = requestOf(sandbox.lock, id);
    if (request === undefined) throw new Error(`${id} was expected to wait`);
    writeFileSync(sandbox.path("answer.pem"), by.answer(request.csr));
    const result = await sandbox.run("lock", "request", "complete", id, "answer.pem");
    expect(result).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("warning"),
    });
    return result.stdout;
  }

  test("is rotated by asking for its next certificate, and announced where that has another root", async () => {
    expect(await complete(WEB)).toMatch(/Web\/Certificate +completed +1/);
    const asked = await sandbox.run("rotate", WEB);
    expect(asked).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("warning"),
    });
    expect(asked.stdout).toMatch(/Web\/Certificate +requested +2 .*\nnow:\n {2}1\. commit trust\.lock\.prod/);
    expect(asked.stdout).toContain(`cdktf-trust lock request complete ${WEB} FILE --environment prod: takes`);
    const { csr } = requestOf(sandbox.lock, WEB) ?? {};
    expect((await sandbox.run("rotate", WEB)).stdout).toContain(
      `${WEB} waits for its next certificate already`,
    );
    expect(requestOf(sandbox.lock, WEB)?.csr).toEqual(csr);

    const announced = await complete(WEB, new ForeignRoot("Next Root", sandbox.now));
    expect(announced).toMatch(/Web\/Certificate +announced +2 +2026-12-26 +issued by CN=Next Root/);
    expect(announced).toContain(`what trusts ${WEB} has to read another certificate before it is served`);
    expect(announced).toContain(`cdktf-trust rotate ${WEB} --advance --environment prod`);
    expect(sandbox.phase(WEB)).toBe("announced");

    expect((await sandbox.run("rotate", WEB, "--advance")).exitCode).toBe(1);
    await sandbox.run("lock", "acknowledge", "agent", "--reason", "restarted");
    expect((await sandbox.run("rotate", WEB, "--advance")).exitCode).toBe(0);
    expect(sandbox.phase(WEB)).toBe("switched");
  });

  test("is served at once where the root stays, and cannot be cross-signed", async () => {
    await complete(WEB);
    const crossed = await sandbox.run("rotate", WEB, "--cross-sign");
    expect(crossed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is somebody else's") });
    await sandbox.run("rotate", WEB);
    expect(await complete(WEB)).toMatch(/Web\/Certificate +completed +2/);
    expect(sandbox.phase(WEB)).toBe("steady");
  });

  test("that issues says what waits with it, and issues from its completion on, in steps below another root", async () => {
    const lines = [
      /stack\/Issuing: it waits for a certificate, since /,
      /stack\/App\/Certificate: it waits for the certificate of "stack\/Issuing", which it is issued below/,
    ];
    for (const words of [["lock"], ["lock", "--check"]])
      for (const line of lines) expect((await sandbox.run(...words)).stdout).toMatch(line);
    const listed = JSON.parse((await sandbox.run("lock", "request", "list", "--json")).stdout);
    expect(listed.requests).toMatchObject([
      { id: CA, hops: ["stack/TrustsApp/Hop"] },
      { id: WEB, hops: ["stack/TrustsWeb/Hop"] },
    ]);
    expect((await sandbox.run("lock", "request", "show", CA)).stdout).toContain(
      "authority   with any number of authorities below it",
    );

    expect(await complete(CA)).toMatch(/Issuing +completed +1[^]*App\/Certificate +added +1/);
    await complete(WEB);
    expect((await sandbox.run("lock", "--check")).exitCode).toBe(0);
    await sandbox.run("rotate", CA);
    const announced = await complete(CA, new ForeignRoot("Next Root", sandbox.now));
    expect(announced).toMatch(/Issuing +announced +2[^]*App\/Certificate +announced +2/);
    // Both trust the same store, and one of them has another root now.
    const { stdout } = await sandbox.run("rotate", CA, "--advance");
    expect(stdout).toContain("stays announced: 1 place has not shown to have read generation 2");
  });
});
