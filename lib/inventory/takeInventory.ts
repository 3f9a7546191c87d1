import { isUnreached } from "../hosts";
import type { HostFiles, SearchLimits, SearchResult } from "../hosts";
import { groupBy } from "../model/groupBy";
import { clauseOf, TrustError } from "../model";
import type { Certificate } from "../pki";
import { finding, refusal } from "../rules";
import { configurationReader, type FoundUse, isConfigurationName, javaFiles } from "./configurations";
import type { HostInventory, InventoryEntry, InventoryFile, Use } from "./inventory";
import { type OpenOptions, openFile } from "./openFile";
import { PRODUCT_ROOTS, WHOLE_MIRROR } from "./roots";

/** Far more than any store of a product; the public roots of Java take 200 KiB. */
export const MAXIMUM_STORE_BYTES = 16 * 2 ** 20;

export interface InventoryOptions extends OpenOptions {
  /** Directories and files to look at. @default - where products keep theirs, and what running Javas name */
  readonly paths?: readonly string[];
  readonly limits?: SearchLimits;
}

/** What was found, with the certificates themselves, by their entries. */
export interface TakenInventory {
  readonly inventory: HostInventory;
  readonly certificates: ReadonlyMap<InventoryEntry, readonly Certificate[]>;
}

/**
 * Looks for stores, certificates and keys on a host and reads them, without changing anything there.
 *
 * @param host as people call it
 * @returns also of a host that is not reached, which says why
 */
export async function takeInventory(
  host: string,
  files: HostFiles,
  options: InventoryOptions,
): Promise<TakenInventory> {
  try {
    return await new InventoryTaker(files, options).take(host);
  } catch (error) {
    if (!isUnreached(error)) throw error;
    const { address } = files;
    const unseen = [clauseOf(error.message)];
    const inventory = { host, address, isReached: false, searched: [], files: [], unseen };
    return { inventory, certificates: new Map() };
  }
}

/** A file that was found or named, behind all links. */
interface Candidate {
  readonly path: string;
  readonly links: string[];
  bytes: number;
  /** Whether a search came upon it; others are only named by something. */
  readonly isFound: boolean;
}

class InventoryTaker {
  private readonly candidates = new Map<string, Candidate>();
  private readonly uses: { readonly path: string; readonly use: Use }[] = [];
  private readonly unseen: string[] = [];
  private readonly certificates = new Map<InventoryEntry, readonly Certificate[]>();
  private readonly configurations = new Set<string>();

  constructor(
    private readonly files: HostFiles,
    private readonly options: InventoryOptions,
  ) {}

  async take(host: string): Promise<TakenInventory> {
    const searched = await this.search();
    await this.readConfigurations();
    await this.addNamed();
    const files: InventoryFile[] = [];
    for (const candidate of [...this.candidates.values()].sort(byPath)) {
      const file = await this.read(candidate);
      if (file !== undefined) files.push(file);
    }
    const inventory = {
      host,
      address: this.files.address,
      isReached: true,
      searched,
      files,
      unseen: this.unseen,
    };
    return { inventory, certificates: this.certificates };
  }

  private async search(): Promise<readonly string[]> {
    const words = await this.files.javaOptions();
    const java = javaFiles(words ?? []);
    this.use(java.uses, "a running Java");
    const { paths } = this.options;
    const roots =
      paths ??
      (words === undefined ? WHOLE_MIRROR : await this.distinct([...PRODUCT_ROOTS, ...java.directories]));
    const result = await this.files.search(roots, this.options.limits);
    for (const { path, bytes, isLink } of result.found) await this.add(path, bytes, isLink);
    // A file may be named as well as a directory.
    const missing = paths === undefined ? [] : await this.addFiles(result.missing);
    this.tell(result, missing);
    return roots.filter((root) => !result.missing.includes(root));
  }

  /** Without directories that others contain, links to which are followed. */
  private async distinct(directories: readonly string[]): Promise<string[]> {
    const real = new Set<string>();
    for (const directory of directories)
      real.add(await this.files.realPath(directory).catch(() => directory));
    return [...real].filter((one) => ![...real].some((other) => one.startsWith(`${other}/`))).sort();
  }

  private async addFiles(paths: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (const path of paths) {
      const file = await this.readFile(path);
      if (file === undefined) missing.push(path);
      else await this.add(path, file.bytes.length, true);
    }
    return missing;
  }

  private tell({ unlisted, tooDeep, isCutShort }: SearchResult, missing: readonly string[]): void {
    for (const path of missing) this.unseen.push(`${path} is not there`);
    for (const path of unlisted)
      this.unseen.push(`${path} may not be listed by this user; run as one who may`);
    for (const path of tooDeep) this.unseen.push(`${path} lies deeper than --depth allows`);
    if (isCutShort) this.unseen.push("there are more names than --names allows; the rest was not looked at");
  }

  /** Several links, and the file itself, are one file. */
  private async add(path: string, bytes: number, isLink: boolean): Promise<void> {
    let real = path;
    if (isLink) {
      try {
        real = await this.files.realPath(path);
      } catch (error) {
        this.skip(path, error);
        return;
      }
    }
    const known = this.candidates.get(real) ?? { path: real, links: [], bytes, isFound: true };
    if (real !== path) known.links.push(path);
    this.candidates.set(real, known);
  }

  private async readConfigurations(): Promise<void> {
    for (const { path, bytes } of this.candidates.values()) {
      if (!isConfigurationName(path)) continue;
      this.configurations.add(path);
      const read = configurationReader(path);
      if (read === undefined || bytes > MAXIMUM_STORE_BYTES) continue;
      try {
        const file = await this.files.readFile(path);
        if (file !== undefined) this.use(read(path, file.bytes), path);
      } catch (error) {
        this.skip(path, error);
      }
    }
  }

  private use(found: readonly FoundUse[], by: string): void {
    for (const { path, ...use } of found) this.uses.push({ path, use: { ...use, by } });
  }

  /** What a configuration names may lie anywhere, and have any name. */
  private async addNamed(): Promise<void> {
    for (const [index, { path, use }] of this.uses.entries()) {
      const real = await this.files.realPath(path).catch(() => path);
      this.uses[index] = { path: real, use };
      if (!this.candidates.has(real) && this.isMeant(real))
        this.candidates.set(real, { path: real, links: [], bytes: 0, isFound: false });
    }
  }

  /** Whoever asks for some directories alone is told of no file elsewhere. */
  private isMeant(path: string): boolean {
    const { paths } = this.options;
    return (
      paths === undefined ||
      paths.some((one) => path === one || path.startsWith(`${one.replace(/\/$/, "")}/`))
    );
  }

  /** Undefined for what turns out to be nothing of the kind. */
  private async read({ path, links, bytes, isFound }: Candidate): Promise<InventoryFile | undefined> {
    const usedBy = this.uses.filter((one) => one.path === path).map(({ use }) => use);
    if (this.configurations.has(path) && usedBy.length === 0) return undefined;
    const common = { path, links: [...links].sort(), bytes, usedBy };
    if (bytes > MAXIMUM_STORE_BYTES) {
      const facts = `the file has ${bytes} bytes, and none of more than ${MAXIMUM_STORE_BYTES} is read`;
      return notRead(common, facts, "correct its name, if it is no store");
    }
    let file;
    try {
      file = await this.files.readFile(path);
    } catch (error) {
      if (isUnreached(error) || !(error instanceof TrustError)) throw error;
      return notRead(common, clauseOf(error.message), "run as a user who may read it");
    }
    if (file === undefined) return isFound ? undefined : missing(common);
    const opened = openFile(path, file.bytes, this.options);
    const isNothing = opened.entries.length === 0 && (opened.format === "pem" || !isStoreName(path));
    const isUnknown = opened.format === "unknown" || opened.format === "pem";
    if (
      isNothing &&
      isUnknown &&
      usedBy.length === 0 &&
      opened.findings.every(({ rule }) => rule === "store-unreadable")
    )
      return undefined;
    for (const { entry, certificates } of opened.entries) this.certificates.set(entry, certificates);
    const entries = opened.entries.map(({ entry }) => entry);
    const mode = file.mode === undefined ? {} : { mode: file.mode };
    return { ...common, bytes: file.bytes.length, ...mode, ...opened, entries };
  }

  private async readFile(path: string) {
    try {
      return await this.files.readFile(path);
    } catch (error) {
      this.skip(path, error);
      return undefined;
    }
  }

  private skip(path: string, error: unknown): void {
    if (isUnreached(error) || !(error instanceof TrustError)) throw error;
    const reason = clauseOf(error.message);
    this.unseen.push(reason.includes(path) ? reason : `${path}: ${reason}`);
  }
}

type Common = Pick<InventoryFile, "path" | "links" | "bytes" | "usedBy">;

function notRead(common: Common, facts: string, remedy: string): InventoryFile {
  return {
    ...common,
    format: "not-read",
    entries: [],
    findings: [finding("file", refusal("file-unreadable", facts, remedy, "none"), "warning")],
  };
}

function missing(common: Common): InventoryFile {
  const by = [...groupBy(common.usedBy, ({ by: one }) => one).keys()].join(", ");
  return {
    ...common,
    format: "missing",
    entries: [],
    findings: [finding("file", refusal("file-missing", `${by} names it, and it is not there`))],
  };
}

/** Names that nobody gives to anything but a store. */
function isStoreName(path: string): boolean {
  return /\.(?:jks|jceks|keystore|truststore|p12|pfx|pkcs12|bks|bcfks)$|\/\.?(?:keystore|truststore)$|\/(?:jsse)?cacerts$/i.test(
    path,
  );
}

function byPath(one: Candidate, other: Candidate): number {
  return one.path < other.path ? -1 : Number(one.path > other.path);
}
