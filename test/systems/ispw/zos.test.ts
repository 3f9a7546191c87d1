import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Certificate, Host, Secret } from "../../../lib/constructs";
import { ElectricFlowServer, IspwServer, type IspwZosOptions, SystemError } from "../../../lib/systems";
import { type RacfKeyring, racfAddJob, racfRemoveJob, racfUndoJob } from "../../../lib/systems/ispw/racfJobs";
import { TextError } from "../../../lib/text";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { withDirectory } from "../support/scripts";

const keyring = { owner: "CESUSER", name: "CESRING", dataSets: "CES.TRUST" };

function declareIspw(zos: IspwZosOptions, build: (ispw: IspwServer) => void = () => undefined) {
  return declare((scope) => {
    const flow = new ElectricFlowServer(scope, "Flow", {
      host: Host.local("flow"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.env("P"),
      certificate: Certificate.selfSigned(),
      trustedAgents: [],
    });
    const ispw = new IspwServer(scope, "Ispw", {
      host: Host.manual("mainframe"),
      javaHome: "/usr/lpp/java/J8.0_64",
      ...(zos.keyring === undefined ? { cacertsPassword: Secret.env("P") } : {}),
      zos,
    });
    ispw.calls(flow);
    build(ispw);
  });
}

const stepsOf = (declared: ReturnType<typeof declareIspw>) =>
  declared.runbooks.find(({ hostId }) => hostId === "mainframe")?.steps ?? [];

describe("CES on z/OS", () => {
  test("gets its anchors in DER and PEM, and a script that names them", () => {
    // WHEN
    const declared = declareIspw({ directory: "/u/ces/trust" });

    // THEN
    const files = declared.files.filter(({ hostId }) => hostId === "mainframe");
    expect(files.map(({ path }) => path)).toEqual([
      "/u/ces/trust/trust-anchors.sh",
      "/u/ces/trust/electricflow.der",
      "/u/ces/trust/electricflow.crt",
    ]);
    expect(files[1]?.content).toMatchObject({ part: "anchor", encoding: "der" });
    expect(textOf(declared, "trust-anchors.sh")).toContain(
      "trust electricflow /u/ces/trust/electricflow.der",
    );
    expect(textOf(declared, "trust-anchors.sh")).toContain("-J-Dfile.encoding=IBM-1047");
  });

  test("is restarted by the operator commands that are named", () => {
    const [last] = stepsOf(declareIspw({ directory: "/u", stop: "P CES", start: "S CES" })).slice(-1);
    expect(last?.text).toContain("`P CES`, and when it has ended, `S CES`");
  });

  test("tags text as ASCII where the shell reads that", () => {
    const declared = declareIspw({ directory: "/u/ces", encoding: "ascii" });
    expect(stepsOf(declared)[1]?.command).toContain("chtag -t -c ISO8859-1 /u/ces/trust-anchors.sh");
    expect(textOf(declared, "trust-anchors.sh")).toContain("-J-Dfile.encoding=ISO8859-1");
  });

  test("trusts by a ring of RACF instead of cacerts", () => {
    // WHEN
    const declared = declareIspw({ directory: "/u/ces", keyring });

    // THEN
    expect(declared.stores.filter(({ hostId }) => hostId === "mainframe")).toEqual([]);
    expect(declared.hops).toMatchObject([
      { anchors: { kind: "pem", fileId: "stack/Ispw/KeyringAnchors" }, runtime: { kind: "java" } },
    ]);
    expect(textOf(declared, "racf-add.jcl")).toMatch(/OGET -\n +'\/u\/ces\/electricflow.der'/);
    const steps = stepsOf(declared);
    expect(steps[3]).toMatchObject({
      command:
        "submit /u/ces/racf-add.jcl\nif test -e /u/ces/racf-add-next.jcl; then submit /u/ces/racf-add-next.jcl; fi",
    });
    expect(steps[4]?.text).toContain("safkeyring://CESUSER/CESRING");
    expect(
      declared.runbooks.find(({ hostId }) => hostId === "mainframe")?.back?.before?.[0]?.command,
    ).toContain("submit /u/ces/electricflow.remove.jcl");
  });

  test("names each certificate in the ring by its fingerprint, which the lock knows", () => {
    const declared = declareIspw({ directory: "/u/ces", keyring });
    const job = declared.files.find(({ path }) => path.endsWith("racf-add.jcl"));
    expect(job?.content).toMatchObject({
      text: expect.stringContaining("LABEL('electricflow-#SHA0001')"),
      fingerprints: [
        { placeholder: "#SHA0001", identityId: "stack/Flow/Endpoint/Certificate", part: "anchor" },
      ],
    });
    const stated = declareIspw({ directory: "/u/ces", keyring: { ...keyring, labelSuffix: "-2026" } });
    expect(textOf(stated, "electricflow.remove.jcl")).toContain("LABEL('electricflow-2026')");
    expect(stepsOf(stated)[3]?.text).toContain("give it another label in the second job");
    expect(stepsOf(declared)[3]?.text).not.toContain("another label");
  });

  test("has no cacerts then, and needs their password otherwise", () => {
    expect(() =>
      declareIspw({ directory: "/u", keyring }, (ispw) => {
        expect(ispw.cacerts).toBeDefined();
      }),
    ).toThrow(SystemError);
    expect(() =>
      declare(
        (scope) => new IspwServer(scope, "Ispw", { host: Host.manual("m"), javaHome: "/usr/lpp/java" }),
      ),
    ).toThrow("Give cacertsPassword");
  });
});

describe("the jobs for RACF", () => {
  const certificates = [{ alias: "electric'flow", path: "/u/ces/electricflow.der", fingerprint: "0123abcd" }];

  test("add, connect, refresh and list, and take nothing away", () => {
    expect(racfAddJob({ ...keyring, labelSuffix: "-2026" }, certificates).split("\n")).toEqual([
      "//CDKTRUST JOB (ACCT),'TRUST',CLASS=A,MSGCLASS=H,",
      "//            NOTIFY=&SYSUID",
      "//* Lets CES trust what it calls back: adds, connects, refreshes.",
      "//* A certificate or a ring that is there already is said so; go on.",
      "//ALLOC    EXEC PGM=IEFBR14",
      "//D1        DD DSN=CES.TRUST.CERT1,",
      "//            DISP=(MOD,CATLG),UNIT=SYSALLDA,SPACE=(TRK,(1,1)),",
      "//            DCB=(DSORG=PS,RECFM=VB,LRECL=256,BLKSIZE=0)",
      "//COPY     EXEC PGM=IKJEFT1B",
      "//SYSTSPRT DD SYSOUT=*",
      "//SYSTSIN  DD *",
      "  OGET -",
      "    '/u/ces/electricflow.der' -",
      "    'CES.TRUST.CERT1' BINARY",
      "/*",
      "//RING     EXEC PGM=IKJEFT01,COND=(0,NE,COPY)",
      "//SYSTSPRT DD SYSOUT=*",
      "//SYSTSIN  DD *",
      "  RACDCERT ID(CESUSER) -",
      "    ADDRING(CESRING)",
      "/*",
      "//ADD      EXEC PGM=IKJEFT01,COND=(0,NE,COPY)",
      "//SYSTSPRT DD SYSOUT=*",
      "//SYSTSIN  DD *",
      "  RACDCERT CERTAUTH ADD('CES.TRUST.CERT1') -",
      "    WITHLABEL('electric''flow-2026') TRUST",
      "  RACDCERT ID(CESUSER) CONNECT(CERTAUTH -",
      "    LABEL('electric''flow-2026') -",
      "    RING(CESRING) -",
      "    USAGE(CERTAUTH))",
      "  SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH",
      "  RACDCERT ID(CESUSER) -",
      "    LISTRING(CESRING)",
      "/*",
      "",
    ]);
  });

  test("undo what was added, and leave the ring", () => {
    const job = racfUndoJob({ ...keyring, jobCard: ["//SITE JOB"] }, certificates);
    expect(job).toMatch(/^\/\/SITE JOB\n/);
    expect(job).toMatch(
      /REMOVE\(CERTAUTH -\n {4}LABEL\('electric''flow-0123abcd'\) -\n {4}RING\(CESRING\)\)\n {2}RACDCERT CERTAUTH DELETE\( -/,
    );
    expect(job).toContain("SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH");
    expect(job).not.toContain("DELRING");
  });

  test("take out of a ring, and leave in RACF what another ring may hold", () => {
    const job = racfRemoveJob(keyring, certificates);
    expect(job).toMatch(
      /REMOVE\(CERTAUTH -\n {4}LABEL\('electric''flow-0123abcd'\) -\n {4}RING\(CESRING\)\)/,
    );
    expect(job).toContain("SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH");
    expect(job).not.toContain("DELETE");
  });

  test("keep to the longest label, which ends in the fingerprint", () => {
    const job = racfAddJob(keyring, [{ alias: "a".repeat(40), path: "/u/a.der", fingerprint: "0123abcd" }]);
    expect(job).toContain(`WITHLABEL('${"a".repeat(23)}-0123abcd') TRUST`);
  });

  test.each<[string, Partial<RacfKeyring>, string, string]>([
    ["a user", { owner: "CES) SPECIAL" }, "a", "/u/a.der"],
    ["a ring", { name: "R)\n//EVIL EXEC" }, "a", "/u/a.der"],
    ["a data set", { dataSets: "CES.TRUST',DISP=OLD" }, "a", "/u/a.der"],
    ["a label", {}, "a\n/*\n//EVIL EXEC PGM=X", "/u/a.der"],
    ["a label beyond EBCDIC", {}, "flöw", "/u/a.der"],
    ["a label beyond RACF", { labelSuffix: "-2026" }, "a".repeat(33), "/u/a.der"],
    ["a path beyond its card", {}, "a", `/u/${"a".repeat(60)}.der`],
    ["a job card beyond its column", { jobCard: [`//${"A".repeat(70)}`] }, "a", "/u/a.der"],
  ])("refuse %s that JCL cannot carry", (_what, change, alias, path) => {
    expect(() => racfAddJob({ ...keyring, ...change }, [{ alias, path, fingerprint: "0123abcd" }])).toThrow(
      TextError,
    );
  });
});

const MAIN = (directory: string) => `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "@repository/lib";
const password = Secret.env("STORE_PASSWORD");
const app = new App();
const stack = new (class extends TrustStack {})(app, "manual");
const flow = new ElectricFlowServer(stack, "Flow", {
  host: Host.local("flow"), serverAddress: "flow.example.com", keystorePassword: password,
  certificate: Certificate.selfSigned(), trustedAgents: [],
});
const ispw = (id, props) => new IspwServer(stack, id, {
  host: Host.manual(id), javaHome: "/usr/lpp/java/J8.0_64", ...props,
}).calls(flow);
ispw("store", { cacertsPassword: password, zos: { directory: ${JSON.stringify(directory)} } });
ispw("ring", { zos: { directory: "/u/ces", keyring: ${JSON.stringify(keyring)} } });
app.synth();
`;

describeWith(["javac"], "the bundle for z/OS", () => {
  test("unpacks with jar, and comes over with DER as it was and text in EBCDIC", () =>
    withDirectory((directory) => {
      // GIVEN
      const target = join(directory, "u/ces");
      const project = new LocalProject(MAIN(target));
      const result = project.synth({ STORE_PASSWORD: "a long enough password" });
      expect(result).toMatchObject({ status: 0 });
      const place = join(directory, "unpacked");
      mkdirSync(place);
      writeFileSync(join(place, "store.zip"), project.read("cdktf.out/stacks/manual/artifacts/store.zip"));
      project.remove();
      const follow = (command: string) => {
        const { status, stderr } = spawnSync("sh", ["-euc", command], { cwd: place, encoding: "utf8" });
        return { status, stderr };
      };

      // WHEN its first two steps are followed, twice
      expect(follow("jar xf store.zip")).toEqual({ status: 0, stderr: "" });
      const runbook = readFileSync(join(place, "RUNBOOK.md"), "utf8");
      const copy = [...runbook.matchAll(/^ {3}(mkdir -p [^`]*?)^ {3}```/gm)].map(([, text]) => text ?? "");
      expect(copy).toHaveLength(1);
      expect([follow(copy[0] ?? ""), follow(copy[0] ?? "")]).toMatchObject([{ status: 0 }, { status: 0 }]);

      // THEN
      const back = spawnSync("iconv", ["-f", "IBM-1047", "-t", "UTF-8", join(target, "trust-anchors.sh")]);
      expect(back.stdout.toString()).toMatch(/^#!\/bin\/sh\n/);
      expect(readFileSync(join(target, "trust-anchors.sh"))[0]).toBe(0x7b);
      expect(new X509Certificate(readFileSync(join(target, "electricflow.der"))).subject).toBe(
        new X509Certificate(readFileSync(join(target, "electricflow.crt"))).subject,
      );
      expect(runbook).toContain("jar xf store.zip");
      // Its own chapter does all of it, and renames an older anchor where the others would not know how.
      expect(runbook).not.toMatch(/## (Stores|Files)|-importcert/);
      expect(existsSync(join(place, "files"))).toBe(true);
    }));
});
