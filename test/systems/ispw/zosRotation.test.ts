import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Certificate, Host, Secret } from "../../../lib/constructs";
import { type Lock, pinIdentities, resolveIdentity } from "../../../lib/lock";
import { type TrustPlan, certificateAt } from "../../../lib/model";
import { fingerprint, shortFingerprint } from "../../../lib/pki";
import { fileContent } from "../../../lib/synth/artifacts/fileContent";
import { pinnedPlan } from "../../../lib/synth/plan/pinnedPlan";
import { ElectricFlowServer, IspwServer } from "../../../lib/systems";
import { NOW, newLock, seededRandom } from "../../lock/support";
import { announced, back, steady, switched } from "../../support/rotation";
import { declare } from "../support/declaration";
import { program, withDirectory } from "../support/scripts";

const HEAD = "stack/Flow/Endpoint/Certificate";

/** CES on z/OS with a ring, in a directory that stands for its own, and a RACF that is a file. */
function ringIn(directory: string) {
  const place = join(directory, "ces");
  mkdirSync(place);
  program(
    directory,
    "submit",
    `#!/bin/sh\nexec '${process.execPath}' '${resolve(__dirname, "../runbooks/racf.cjs")}' "$1"\n`,
  );
  const racf = join(directory, "racf.json");
  writeFileSync(racf, JSON.stringify({ dataSets: {}, certificates: {}, ring: null, most: 0 }));
  const declared: TrustPlan = declare((scope) => {
    const flow = new ElectricFlowServer(scope, "Flow", {
      host: Host.local("flow"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.env("P"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      trustedAgents: [],
    });
    new IspwServer(scope, "Ispw", {
      host: Host.manual("mainframe"),
      javaHome: "/usr/lpp/java/J8.0_64",
      zos: { directory: place, keyring: { owner: "CESUSER", name: "CESRING", dataSets: "CES.TRUST" } },
    }).calls(flow);
  });
  const ring = (): string[] => JSON.parse(readFileSync(racf, "utf8")).ring;

  /** Copies what is there, puts the files of a bundle in place, and runs the commands that submit jobs. */
  const follow = (lock: Lock, run: string) => {
    const plan = pinnedPlan(declared, lock);
    const runbook = plan.runbooks.find(({ hostId }) => hostId === "mainframe");
    const files = plan.files.filter(({ hostId }) => hostId === "mainframe");
    for (const path of runbook?.covers ?? []) {
      if (existsSync(path)) copyFileSync(path, `${path}.before-${run}`);
      else writeFileSync(`${path}.absent-${run}`, "");
      rmSync(path, { force: true });
    }
    for (const { path, content } of files) {
      const bytes = fileContent(
        content,
        (id) => resolveIdentity(lock, id),
        () => "",
      );
      writeFileSync(path, bytes ?? "");
      expect(runbook?.covers).toContain(path);
    }
    const commands = (runbook?.steps ?? []).flatMap(({ command = "" }) =>
      /submit |renewed/.test(command) ? [command] : [],
    );
    for (const command of commands) {
      const { status, stderr } = spawnSync("sh", ["-c", command], {
        encoding: "utf8",
        env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, TRUST_RUN: run, RACF_STATE: racf },
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
    return ring();
  };
  return { declared, follow };
}

/** A lock in which the server's certificate is pinned, and one in which a next one is announced. */
function locksOf(declared: TrustPlan) {
  const open = newLock();
  const { lock } = pinIdentities({
    plan: declared,
    lock: open.lock,
    open: () => open,
    frozen: false,
    now: NOW,
    randomBytes: seededRandom("first"),
    readFile: () => undefined,
    resolveSecret: () => "secret",
  });
  const first = lock ?? open.lock;
  const next = announced(open.withLock(first), {
    plan: declared,
    heads: [HEAD],
    now: NOW,
    randomBytes: seededRandom("next"),
  });
  const labelIn = (of: Lock) =>
    `electricflow-${shortFingerprint(fingerprint("sha256", certificateAt(resolveIdentity(of, HEAD), "anchor")))}`;
  return { first, next, older: labelIn(first), newer: labelIn(switched(next)) };
}

describe("the ring of RACF while a certificate is rotated", () => {
  test("holds both certificates until the former is retired", () =>
    withDirectory((directory) => {
      const { declared, follow } = ringIn(directory);
      const { first, next, older, newer } = locksOf(declared);
      expect(follow(first, "1")).toEqual([older]);
      expect(follow(next, "2")).toEqual([older, newer]);
      expect(follow(switched(next), "3")).toEqual([older, newer]);
      expect(follow(steady(switched(next)), "4")).toEqual([newer]);
    }));

  test("loses a certificate that was announced and is not to come any more", () =>
    withDirectory((directory) => {
      const { declared, follow } = ringIn(directory);
      const { first, next, older, newer } = locksOf(declared);
      follow(first, "1");
      expect(follow(next, "2")).toEqual([older, newer]);
      expect(follow(back(next), "3")).toEqual([older]);
    }));
});
