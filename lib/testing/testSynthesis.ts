import type { CertificateSummary, Finding, TrustPlan } from "../model";
import { notThere } from "./errors";
import type { TestJudgement, TestedHop } from "./testJudgement";

/** One stack as it would be written. */
export interface TestedStack {
  readonly name: string;
  /** Undefined for a stack that is no `TrustStack`. */
  readonly plan: TrustPlan | undefined;
  /** Its `cdk.tf.json`, without CDKTF's notes under `//`. */
  readonly terraform: Readonly<Record<string, unknown>>;
  /** What it is warned of. */
  readonly warnings: readonly Finding[];
}

/** One alias of a store. */
export interface TestedEntry {
  readonly alias: string;
  /** `key` with its chain, or a certificate that is trusted. */
  readonly kind: "key" | "anchor";
  /** Of a key, the certificate that belongs to it. */
  readonly certificate: CertificateSummary;
}

/** What is put into a store: the entries that are ours. */
export interface TestedStore {
  readonly host: string;
  readonly path: string;
  readonly type: "JKS" | "PKCS12";
  readonly entries: readonly TestedEntry[];
}

/** A file for a host: one that is ours, or an edited one of the site's own. */
export interface TestedFile {
  readonly host: string;
  /** On the host; with `.settings` at its end where only what is to be set in it is known. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Everything that a synth made of the stacks of an environment. */
export interface TestSynthesisParts extends TestJudgement {
  readonly stacks: readonly TestedStack[];
  readonly stores: readonly TestedStore[];
  readonly files: readonly TestedFile[];
  /** By the id of a host that nobody may log in to. */
  readonly runbooks: ReadonlyMap<string, string>;
}

/** Stacks that could be deployed, and what a deploy would bring to the hosts; nothing of it was written. */
export class TestSynthesis implements TestSynthesisParts {
  readonly environment: string;
  readonly plan: TrustPlan;
  readonly hops: readonly TestedHop[];
  readonly findings: readonly Finding[];
  readonly standIns: readonly string[];
  readonly stacks: readonly TestedStack[];
  readonly stores: readonly TestedStore[];
  readonly files: readonly TestedFile[];
  readonly runbooks: ReadonlyMap<string, string>;

  constructor(parts: TestSynthesisParts) {
    this.environment = parts.environment;
    this.plan = parts.plan;
    this.hops = parts.hops;
    this.findings = parts.findings;
    this.standIns = parts.standIns;
    this.stacks = parts.stacks;
    this.stores = parts.stores;
    this.files = parts.files;
    this.runbooks = parts.runbooks;
  }

  /** @throws TestingError `not-there` naming the stacks that there are */
  stack(name: string): TestedStack {
    return found(
      this.stacks,
      (stack) => stack.name === name,
      `the stack "${name}"`,
      (stack) => stack.name,
    );
  }

  /** @throws TestingError `not-there` naming the stores that there are */
  store(host: string, path: string): TestedStore {
    return found(this.stores, at(host, path), `the store ${path} on ${host}`, placeText);
  }

  /** @throws TestingError `not-there` naming the files that there are */
  file(host: string, path: string): TestedFile {
    return found(this.files, at(host, path), `the file ${path} on ${host}`, placeText);
  }

  /** The runbook of a host that nobody may log in to. @throws TestingError `not-there` naming those that have one */
  runbook(host: string): string {
    const text = this.runbooks.get(host);
    if (text === undefined) throw notThere(`the runbook of ${host}`, [...this.runbooks.keys()]);
    return text;
  }
}

interface Placed {
  readonly host: string;
  readonly path: string;
}

function at(host: string, path: string): (placed: Placed) => boolean {
  return (placed) => placed.host === host && placed.path === path;
}

function placeText({ host, path }: Placed): string {
  return `${path} on ${host}`;
}

function found<Part>(
  parts: readonly Part[],
  isMeant: (part: Part) => boolean,
  what: string,
  nameOf: (part: Part) => string,
): Part {
  const part = parts.find(isMeant);
  if (part === undefined) throw notThere(what, parts.map(nameOf));
  return part;
}
