import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firstLine } from "../../hosts";
import { type StoreEntry, createStore, writeStore } from "../../keystore";

/** The folders of a project that stand in for the machines of its environment `local`. What is there already stays. */
export class LocalHosts {
  /** @param project folder of `cdktf.json` */
  constructor(private readonly project: string) {}

  /** Puts a password where stacks refer to it, `file:<path>`; answers with the one that is there then. */
  secretFile(path: string, value: string): string {
    this.write(path, Buffer.from(`${value}\n`), 0o600);
    return firstLine(readFileSync(join(this.project, path), "utf8"));
  }

  /** Makes a folder that an application's installer leaves behind, below the project. */
  folder(path: string): void {
    mkdirSync(join(this.project, path), { recursive: true });
  }

  /** Puts a file on a host, under the path that the real machine has it at. */
  file(hostId: string, path: string, bytes: () => Uint8Array, mode = 0o644): void {
    const place = join(".local", "hosts", hostId, path);
    if (!existsSync(join(this.project, place))) this.write(place, bytes(), mode);
  }

  /** Puts a JKS store on a host, as its product's installer does. */
  jksStore(hostId: string, path: string, password: string, entries: () => readonly StoreEntry[]): void {
    this.file(hostId, path, () => writeStore({ ...createStore("jks"), entries: entries() }, password), 0o640);
  }

  private write(path: string, bytes: Uint8Array, mode: number): void {
    const place = join(this.project, path);
    if (existsSync(place)) return;
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes, { mode });
  }
}
