import type { ConfigFilePlan, EntryPlan, HostPlan, TrustPlan } from "../../../lib/model";
import { runbookText } from "../../../lib/synth/artifacts/runbookText";
import { PlanCertificates } from "../../../lib/synth/plan/planCertificates";
import { plan } from "../../check/plans";
import { makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const server = makeCertificate({ now, subject: "server.example" });
const certificates = new PlanCertificates((id) =>
  id === "identity" ? { chain: server.chain, anchor: server.der } : undefined,
);
const host: HostPlan = { kind: "manual", id: "both", platform: "posix" };

/** One host that has both stores, handed over in `files`. */
function onOneHost(changes: Partial<TrustPlan> = {}): TrustPlan {
  const { stores } = plan();
  return plan({ hosts: [host], stores: stores.map((store) => ({ ...store, hostId: host.id })), ...changes });
}

function textOf(declared: TrustPlan, edited?: string): string {
  return runbookText({
    plan: declared,
    host,
    certificates,
    paths: {
      overlayOf: ({ path }) => `files${path}`,
      certificateOf: ({ alias }) => `certificates/${alias}.crt`,
      fileOf: ({ path }) => `files${path}`,
      editedOf: () => edited,
    },
    fingerprintOf: () => "AA:BB",
  });
}

/** The numbered steps, without their commands. */
const stepsOf = (text: string) => text.split("\n").filter((line) => /^\d+\. /.test(line));

describe("a runbook", () => {
  test("minimal: says whose it is, and how what was done is proven", () => {
    const text = textOf(onOneHost({ entries: [] }));
    expect(text).toContain("# Runbook for both");
    expect(text).toContain("`cdktf-trust verify pair --host both=DIRECTORY`");
    expect(stepsOf(text)).toEqual([]);
  });

  test("trust comes before what is presented, each store is copied aside first", () => {
    const text = textOf(onOneHost());
    expect(stepsOf(text)).toHaveLength(4);
    expect(text.indexOf("cp -p /opt/client/truststore")).toBeLessThan(text.indexOf("-importcert"));
    expect(text.indexOf("-importcert")).toBeLessThan(text.indexOf("cp -p /opt/server/keystore"));
    expect(text.indexOf("cp -p /opt/server/keystore")).toBeLessThan(text.indexOf("-importkeystore"));
    expect(text).toContain("`CN=server.example`");
  });

  test.each<[EntryPlan["onForeign"], string]>([
    ["refuse", "answer yes only if that entry came from an earlier bundle."],
    ["replace", "Where it asks whether to overwrite `server`, answer yes."],
  ])("what to answer where somebody else's entry is to be met with %s", (onForeign, answer) => {
    const [key] = plan().entries;
    if (key === undefined) throw new Error("a key entry is expected");
    expect(textOf(onOneHost({ entries: [{ ...key, onForeign }] }))).toContain(answer);
  });

  const configFile: ConfigFilePlan = {
    id: "config",
    hostId: host.id,
    path: "/opt/app.xml",
    settings: [
      { kind: "xml-attribute", element: "gateway", attribute: "ssl", value: "true" },
      { kind: "property", key: "http", value: null },
      { kind: "line", pattern: "^JAVA=", value: "JAVA=/usr/java" },
    ],
  };

  test("a file that was not handed over is changed by hand, a setting a step", () => {
    const steps = stepsOf(textOf(onOneHost({ entries: [], configFiles: [configFile] })));
    expect(steps.slice(1).map((step) => step.replace(/^\d+\. In `\/opt\/app.xml`, /, ""))).toEqual([
      'set the attribute `ssl` of the one element `gateway` outside comments to `"true"`. Leave everything else as it is.',
      "remove the key `http`. Leave everything else as it is.",
      "make the line that matches `^JAVA=` read `JAVA=/usr/java`. Leave everything else as it is.",
    ]);
  });

  test("one that was handed over is put in place, where it is still the same", () => {
    const text = textOf(onOneHost({ entries: [], configFiles: [configFile] }), "files/opt/app.xml");
    expect(text).toContain("cp files/opt/app.xml /opt/app.xml");
    expect(text).toContain(
      '`diff /opt/app.xml.before-"$TRUST_RUN" /opt/app.xml` shows these changes and no other.',
    );
  });

  test("names those who must trust first what is presented here, and nobody else", () => {
    const hosts: HostPlan[] = [host, { kind: "manual", id: "partner", platform: "posix" }];
    const [call] = plan().hops;
    const [endpoint] = plan().endpoints;
    if (call === undefined || endpoint === undefined) throw new Error("a hop is expected");
    const declared = {
      hosts,
      entries: [],
      endpoints: [{ ...endpoint, hostId: host.id }],
      hops: [
        { ...call, clientHostId: "partner" },
        { ...call, clientHostId: host.id },
      ],
    };
    expect(textOf(onOneHost(declared))).toContain("before it is presented: `partner`. Do theirs first.");
    expect(textOf(onOneHost({ ...declared, hops: [] }))).not.toContain("theirs first");
  });

  test("what a product's own steps put in place is in no other chapter", () => {
    const own = { id: "app", hostId: host.id, title: "App", steps: [{ text: "Run it." }] };
    const covers = plan().stores.map(({ path }) => path);
    const text = textOf(onOneHost({ runbooks: [{ ...own, covers }] }));
    expect(stepsOf(text)).toEqual(["1. Run it."]);
    expect(stepsOf(textOf(onOneHost({ runbooks: [own] })))).toHaveLength(5);
  });

  test("a product's own steps follow, with the fingerprint that their check must show", () => {
    const text = textOf(
      onOneHost({
        entries: [],
        runbooks: [
          {
            id: "app",
            hostId: host.id,
            title: "The `app`",
            steps: [
              {
                text: "Restart it.",
                command: "systemctl restart app",
                check: "It shows",
                shows: { identityId: "identity", part: "leaf" },
              },
            ],
          },
          { id: "other", hostId: "another", title: "Another", steps: [{ text: "Not here." }] },
        ],
      }),
    );
    expect(text).toContain("   systemctl restart app");
    expect(text).toContain("Check: It shows `AA:BB`");
    expect(text).not.toContain("Not here");
  });
});
