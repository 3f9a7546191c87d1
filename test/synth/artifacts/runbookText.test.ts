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

const chaptersOf = (text: string) => [...text.matchAll(/^##+ (.*)$/gm)].map(([, title]) => title);

const LAST = ["What earlier bundles have left", "The way back: What earlier bundles have left"];

describe("a runbook", () => {
  test("minimal: says whose it is, and how what was done is proven", () => {
    const text = textOf(onOneHost({ entries: [] }));
    expect(text).toContain("# Runbook for both");
    expect(text).toContain("`cdktf-trust verify pair --host both=DIRECTORY`");
    expect(stepsOf(text)).toEqual([]);
  });

  test("trust comes before what is presented, each store is copied aside first", () => {
    const text = textOf(onOneHost());
    const order = [
      "keep /opt/client/truststore",
      "-importcert",
      "back /opt/client/truststore",
      "keep /opt/server/keystore",
      "-importkeystore",
      "back /opt/server/keystore",
    ];
    expect(order.map((command) => text.indexOf(command))).toEqual(
      order.map((command) => text.indexOf(command)).toSorted((a, b) => a - b),
    );
    expect(order.every((command) => text.includes(command))).toBe(true);
    expect(text).toContain("`CN=server.example`");
  });

  test("puts stores under their new password first of all, and hands it to the product in its own chapter", () => {
    const { stores } = plan();
    const text = textOf(
      onOneHost({
        stores: stores.map((store) => ({
          ...store,
          hostId: host.id,
          ...(store.id === "keystore" ? { formerPassword: "env:FORMER" } : {}),
        })),
        passwordSteps: [
          { id: "pair/App", hostId: host.id, label: "App", paths: [], text: "Give App `NEXT`." },
          { id: "pair/Other", hostId: host.id, label: "Other", paths: [], text: "Give Other `NEXT`." },
        ],
        runbooks: [{ id: "pair/App", hostId: host.id, title: "App", steps: [{ text: "Restart App." }] }],
      }),
    );
    const order = [
      "## Passwords",
      "keep /opt/server/keystore",
      "keytool -storepasswd -keystore /opt/server/keystore -storetype JKS",
      "keytool -keypasswd -alias server -keystore /opt/server/keystore -storetype JKS",
      "Give Other `NEXT`.",
      "### The way back: Passwords",
      "## Trust",
      "## Identities",
      "## App",
      "Give App `NEXT`.",
      "Restart App.",
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toContain(
      "the former one, that of `env:FORMER`, and twice for the new one, that of `env:KEYSTORE_PASSWORD`",
    );
  });

  test("last of all says what earlier bundles may have left, and how it is told from what is needed", () => {
    const der = { kind: "certificate", identityId: "identity", part: "leaf", encoding: "der" } as const;
    const file = (id: string, path: string) => ({ id, hostId: host.id, path, mode: 0o644, content: der });
    const text = textOf(onOneHost({ files: [file("a", "/opt/a.der")] }));
    const chapter = text.slice(text.indexOf("## What earlier bundles have left"));
    expect(chaptersOf(text).slice(-2)).toEqual(LAST);
    expect(chapter).toContain("keytool -list -keystore /opt/client/truststore");
    expect(chapter).toContain("- `server`: what this bundle needs.");
    expect(chapter).toContain("`keytool -delete -alias ALIAS -keystore /opt/server/keystore`");
    expect(chapter).toContain("rm -f /opt/a-next.der");
    expect(chapter).toContain("`.absent-` was made by a bundle");
    // While a rotation lasts, the file beside is needed.
    const lasting = textOf(onOneHost({ files: [file("a", "/opt/a.der"), file("b", "/opt/a-next.der")] }));
    expect(lasting).not.toContain("rm -f /opt");
  });

  test.each<[EntryPlan["onForeign"], string]>([
    ["refuse", "Any other is somebody else's: stop, and ask whoever handed you this."],
    ["replace", "It asks whether to overwrite `server`: answer yes."],
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

  test("a file that was not handed over is changed by hand, and looked at", () => {
    const text = textOf(onOneHost({ entries: [], configFiles: [configFile] }));
    expect(text).toContain(
      [
        "2. Change `/opt/app.xml` with an editor, and leave everything else in it as it is.",
        "",
        '   - Set the attribute `ssl` of the one element `gateway` outside comments to `"true"`.',
        "   - Remove the key `http`.",
        "   - Make the line that matches `^JAVA=` read `JAVA=/usr/java`.",
        "",
        '   Check: `diff /opt/app.xml.before-"$TRUST_RUN" /opt/app.xml` shows these changes and no other;',
      ].join("\n"),
    );
  });

  test("one that was handed over is put in place, where it is still the same", () => {
    const text = textOf(onOneHost({ entries: [], configFiles: [configFile] }), "files/opt/app.xml");
    expect(text).toContain("cp files/opt/app.xml /opt/app.xml");
    expect(text).toContain(
      '`diff /opt/app.xml.before-"$TRUST_RUN" /opt/app.xml` shows these changes and no other;',
    );
  });

  describe("names those who must trust first what is presented here", () => {
    const hosts: HostPlan[] = [
      host,
      { kind: "manual", id: "partner", platform: "posix" },
      { kind: "local", id: "deployed", platform: "posix", root: "deployed" },
      { kind: "outside", id: "bank", platform: "posix" },
    ];
    const [call] = plan().hops;
    const [endpoint] = plan().endpoints;
    if (call === undefined || endpoint === undefined) throw new Error("a hop is expected");
    const served = { ...endpoint, hostId: host.id };
    const from = (clientHostId: string) => ({ ...call, clientHostId });
    const heading = (changes: Partial<TrustPlan>) => textOf(onOneHost({ hosts, entries: [], ...changes }));

    test("and what makes them ready, and nobody else", () => {
      const text = heading({ endpoints: [served], hops: hosts.map(({ id }) => from(id)) });
      expect(text).toContain("- `partner`: follow their runbooks to the end.\n");
      expect(text).toContain("- `deployed`: deploy them, and restart what runs there.\n");
      expect(text).toContain("- `bank`: they are somebody else's. Have their word that they trust it.\n");
      expect(text).not.toContain("- `both`");
      expect(heading({ endpoints: [served], hops: [] })).not.toContain("theirs first");
    });

    test("and who goes back before this one trusts it no more", () => {
      const other = { ...endpoint, id: "other", hostId: "partner" };
      const relying = { endpoints: [other], hops: [{ ...call, endpointId: "other", clientHostId: host.id }] };
      expect(heading(relying)).toContain("they go back first: `partner`.\n");
      expect(heading({ endpoints: [other], hops: [] })).not.toContain("A way back is taken");
    });

    test("without sending two that rely on each other in a circle", () => {
      const other = { ...endpoint, id: "other", hostId: "partner" };
      const text = heading({
        endpoints: [served, other],
        hops: [from("partner"), { ...call, endpointId: "other", clientHostId: host.id }],
      });
      expect(text).toContain("- `partner`: this machine relies on them, too.");
      expect(text).not.toContain("follow their runbooks");
    });
  });

  test("takes a product back around its files: before them, and after", () => {
    const step = (text: string) => ({ text });
    const [store] = plan().stores;
    const own = {
      id: store?.id.split("/").slice(0, -1).join("/") ?? "",
      hostId: host.id,
      title: "App",
      steps: [step("Restart it.")],
      back: { before: [step("Undo it.")], after: [step("Start it.")] },
      unproven: ["It was not run."],
      keytool: "/opt/app/jre/bin",
    };
    const text = textOf(onOneHost({ runbooks: [own] }));
    const [, chapter = ""] = text.split(/### The way back: App\n|## What earlier/);
    expect(stepsOf(chapter)[0]).toBe("1. Undo it.");
    expect(stepsOf(chapter).at(-1)).toMatch(/^\d\. Start it\.$/);
    expect(text).toContain("**Not proven by its makers**:\n\n- It was not run.\n");
    expect(text).toContain("PATH=/opt/app/jre/bin:$PATH; export PATH\n");
  });

  test("says where nothing of it was run on Windows", () => {
    const windows = { ...host, platform: "windows" as const };
    const text = runbookText({
      plan: onOneHost({ hosts: [windows], stores: [], entries: [] }),
      host: windows,
      certificates,
      paths: {
        overlayOf: () => undefined,
        certificateOf: () => "",
        fileOf: () => "",
        editedOf: () => undefined,
      },
      fingerprintOf: () => undefined,
    });
    expect(text).toContain("**Not proven by its makers**: these commands were not run on Windows");
    expect(text).toContain("of `cmd.exe`, not of PowerShell");
  });

  test("what a product's own steps put in place is in no other chapter", () => {
    const own = { id: "app", hostId: host.id, title: "App", steps: [{ text: "Run it." }] };
    const covers = plan().stores.map(({ path }) => path);
    const text = textOf(onOneHost({ runbooks: [{ ...own, covers }] }));
    expect(chaptersOf(text)).toEqual(["App", "The way back: App", ...LAST]);
    expect(stepsOf(text).slice(0, 2)).toEqual(["1. Copy aside what this chapter changes.", "2. Run it."]);
    for (const path of covers) {
      expect(text).toContain(`keep ${path}\n`);
      expect(text).toContain(`back ${path}\n`);
    }
    expect(chaptersOf(textOf(onOneHost({ runbooks: [own] })))).toEqual([
      "Trust",
      "The way back: Trust",
      "Identities",
      "The way back: Identities",
      "App",
      ...LAST,
    ]);
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
