import type { IdentityPlan } from "../../../lib/model";
import {
  type OpenLock,
  readAnswer,
  completeRequest,
  formatLock,
  goBack,
  openLock,
  pinIdentities,
  readLock,
  requestOf,
  requiredCertificates,
  resolveIdentity,
  retire,
  rotationGroup,
  switchOver,
  waitingFor,
} from "../../../lib/lock";
import { parseCertificateRequest, toPem } from "../../../lib/pki";
import { OpensslAuthority, type Signed } from "../../support/opensslAuthority";
import { describeWith } from "../../support/tools";
import {
  ENVIRONMENT,
  PASSPHRASE,
  authority,
  issued,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
  thrownBy,
} from "../support";
import { requested } from "./requested";

/** OpenSSL dates what it signs from now on. */
const NOW = new Date(Date.now() + 60_000);
const AUTHORITY = ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign"];

const issuing = requested("issuing", {
  subject: { commonName: "Example Issuing" },
  names: [],
  extendedKeyUsages: [],
  isAuthority: true,
  pathLength: 0,
});
const DECLARED = [issuing, issued("web", "issuing"), issued("client", "issuing"), selfSigned("jetty")];

describeWith("openssl", "an authority below somebody else's root", () => {
  let root: OpensslAuthority;
  let another: OpensslAuthority;
  let waiting: OpenLock;
  /** Its first certificate has come. */
  let served: OpenLock;

  beforeAll(() => {
    root = new OpensslAuthority("Corporate");
    another = new OpensslAuthority("Next");
    waiting = pin(DECLARED, newLock(), { now: NOW }).open;
    served = complete(waiting, root).open;
  }, 60_000);

  afterAll(() => {
    root.remove();
    another.remove();
  });

  /** What an authority makes of the request that waits, with its root. */
  function answer(open: OpenLock, from: OpensslAuthority, signed: Signed = {}) {
    from.write("ca.csr", toPem(requestOf(open.lock, "issuing")?.csr ?? Buffer.of(), "CERTIFICATE REQUEST"));
    from.sign("ca.csr", "ca.pem", { issuer: "root", ...signed });
    return ["ca.pem", "root.pem"].map((name) => ({ name, bytes: from.read(name) }));
  }

  function complete(
    open: OpenLock,
    from: OpensslAuthority,
    { signed = {}, declared = DECLARED }: { signed?: Signed; declared?: readonly IdentityPlan[] } = {},
  ) {
    const options = pinOptions(declared, open, { now: NOW, randomBytes: seededRandom("complete") });
    const content = readAnswer(answer(open, from, signed), undefined);
    const completed = completeRequest(open.lock, () => open, { ...options, id: "issuing", answer: content });
    const after = open.withLock(completed.lock).signed(seededRandom("sign"));
    expect(readLock(formatLock(after.lock), ENVIRONMENT)).toEqual(after.lock);
    return { ...completed, open: after };
  }

  function asked(open: OpenLock): OpenLock {
    return pin(DECLARED, open, { now: NOW, renew: new Set(["issuing"]) }).open;
  }

  test("is asked for as an authority, and what it issues waits with it", () => {
    const { changes, open } = pin(DECLARED, newLock(), { now: NOW });
    expect(changes.map(({ id, action }) => [id, action])).toEqual([
      ["issuing", "requested"],
      ["jetty", "added"],
    ]);
    const csr = requestOf(open.lock, "issuing")?.csr ?? Buffer.of();
    expect(parseCertificateRequest(csr)).toMatchObject({
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ["keyCertSign", "cRLSign"],
      subjectAltNames: [],
    });
    root.write("shown.csr", toPem(csr, "CERTIFICATE REQUEST"));
    expect(root.openssl("req", "-in", "shown.csr", "-noout", "-verify", "-text")).toMatch(
      /CA:TRUE, pathlen:0/,
    );
    expect(pinIdentities(pinOptions(DECLARED, open, { frozen: true })).changes).toEqual([]);
    expect(waitingFor(open.lock, DECLARED).map(({ id, isServed }) => [id, isServed])).toEqual([
      ["issuing", false],
      ["web", false],
      ["client", false],
    ]);
    const error = thrownBy(() => requiredCertificates(open.lock, DECLARED));
    expect(error).toMatchObject({ code: "waits-for-certificate" });
    expect(error.message).toMatch(/issuing: it waits for a certificate, since .*request export issuing/);
    expect(error.message).toMatch(
      /web: it waits for the certificate of "issuing", which it is issued below: .*request complete issuing FILE/,
    );
  });

  test("issues from its completion on, and OpenSSL accepts what it issued by the foreign root", () => {
    const { changes, open } = complete(waiting, root);
    expect(changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
      ["issuing", "completed", 1],
      ["web", "added", 1],
      ["client", "added", 1],
    ]);
    const { chain, anchor } = resolveIdentity(open.lock, "web");
    const [leaf = Buffer.of(), issuer = Buffer.of()] = chain;
    expect(toPem(anchor, "CERTIFICATE").trim()).toBe(root.read("root.pem").toString().trim());
    root.write("leaf.pem", toPem(leaf, "CERTIFICATE"));
    root.write("issuer.pem", toPem(issuer, "CERTIFICATE"));
    expect(
      root.openssl(
        ..."verify -purpose sslserver -verify_hostname web.example.com -CAfile root.pem -untrusted issuer.pem leaf.pem".split(
          " ",
        ),
      ),
    ).toBe("leaf.pem: OK\n");
    expect(waitingFor(open.lock, DECLARED)).toEqual([]);
    const opened = openLock(readLock(formatLock(open.lock), ENVIRONMENT), PASSPHRASE);
    expect(pin(DECLARED, opened, { now: NOW }).changes).toEqual([]);
  });

  test.each<[string, Signed, RegExp]>([
    [
      "a server's certificate",
      { extensions: ["basicConstraints=CA:FALSE", "keyUsage=digitalSignature"] },
      /it is no authority's certificate: [^]*the key usage keyCertSign is missing; it has digitalSignature/,
    ],
    ["one that says nothing", { extensions: ["keyUsage=keyCertSign"] }, /it is no authority's certificate/],
    [
      "one below an authority that allows none",
      { extensions: AUTHORITY, issuer: "issuing" },
      /its issuer CN=Corporate Issuing allows 0 authorities below it, and there are 1/,
    ],
  ])("is refused with %s", (_, signed, message) => {
    const files = answer(waiting, root, signed);
    const content = readAnswer(
      [...files, { name: "issuing.pem", bytes: root.read("issuing.pem") }],
      undefined,
    );
    const error = thrownBy(() =>
      completeRequest(waiting.lock, () => waiting, {
        ...pinOptions(DECLARED, waiting, { now: NOW }),
        id: "issuing",
        answer: content,
      }),
    );
    expect(error).toMatchObject({ code: "refused-answer" });
    expect(error.message).toMatch(message);
  });

  test("is refused with a path length that leaves no room for what is declared, or for what was asked", () => {
    const withAuthorityBelow = [...DECLARED, authority("below", "issuing"), issued("deep", "below")];
    const refused = (open: OpenLock, declared: readonly IdentityPlan[]) =>
      thrownBy(() => complete(open, root, { signed: { extensions: AUTHORITY }, declared })).message;
    const missing = /its path length is 0, and 1 is needed for the authorities below it/;
    expect(refused(waiting, withAuthorityBelow)).toMatch(missing);
    const { open } = pin(
      [{ ...issuing, request: { ...issuing.request, pathLength: 1 } } as IdentityPlan],
      newLock(),
      { now: NOW },
    );
    expect(refused(open, DECLARED)).toMatch(missing);
  });

  test("is refused for the key of another request", () => {
    const other = pin(DECLARED, newLock(), { now: NOW }).open;
    const content = readAnswer(answer(other, root), undefined);
    const options = { ...pinOptions(DECLARED, waiting, { now: NOW }), id: "issuing", answer: content };
    expect(thrownBy(() => completeRequest(waiting.lock, () => waiting, options)).message).toMatch(
      /none of the certificates is of the requested key/,
    );
  });

  test("renewed below the same root, takes all that it issued with it at once", () => {
    const open = asked(served);
    expect(waitingFor(open.lock, DECLARED).map(({ id, isServed }) => [id, isServed])).toEqual([
      ["issuing", true],
    ]);
    const next = complete(open, root);
    expect(next.changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
      ["issuing", "completed", 2],
      ["web", "renewed", 2],
      ["client", "renewed", 2],
    ]);
    expect(next.open.lock.identities.get("web")?.chain[1]).toEqual(
      next.open.lock.identities.get("issuing")?.chain[0],
    );
  });

  test("below another root, is announced with all that it issued, and goes on and back in steps", () => {
    const before = resolveIdentity(served.lock, "web");
    const { changes, open } = complete(asked(served), another);
    expect(changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
      ["issuing", "announced", 2],
      ["web", "announced", 2],
      ["client", "announced", 2],
    ]);
    expect(resolveIdentity(open.lock, "web")).toEqual(before);
    expect(rotationGroup(open.lock, "issuing")).toEqual(["issuing", "web", "client"]);
    expect(pin(DECLARED, open, { now: NOW, renewWithinDays: 400 }).changes.map(({ id }) => id)).toEqual([
      "jetty",
    ]);
    const switched = switchOver(open.lock, "issuing").lock;
    expect(resolveIdentity(switched, "web").chain).toHaveLength(3);
    expect(toPem(resolveIdentity(switched, "web").anchor, "CERTIFICATE").trim()).toBe(
      another.read("root.pem").toString().trim(),
    );
    const retired = retire(switched, "issuing").lock;
    expect(retired.identities.get("web")).toMatchObject({ generation: 2, previous: { generation: 1 } });
    expect(pin(DECLARED, open.withLock(retired), { now: NOW }).changes).toEqual([]);
    expect(resolveIdentity(goBack(switched, "issuing").lock, "web")).toEqual(before);
  });

  test("in the place of one that was made here, is announced beside it", () => {
    const made = pin([authority("issuing"), issued("web", "issuing")], newLock(), { now: NOW }).open;
    const { open } = pin(DECLARED, made, { now: NOW });
    expect(resolveIdentity(open.lock, "web")).toEqual(resolveIdentity(made.lock, "web"));
    const next = complete(open, root);
    expect(next.changes.map(({ id, action }) => [id, action])).toEqual([
      ["issuing", "announced"],
      ["web", "announced"],
      ["client", "announced"],
    ]);
    expect(resolveIdentity(next.open.lock, "web")).toEqual(resolveIdentity(made.lock, "web"));
  });
});
