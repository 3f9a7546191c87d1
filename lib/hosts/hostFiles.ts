import type { HostProcesses } from "./processes";

/** A file as it is found on a host. */
export interface HostFile {
  readonly bytes: Buffer;
  /** Permission bits, for example `0o600`. */
  readonly mode: number;
  readonly ownerId: number;
  readonly groupId: number;
}

/** How a file is written. */
export interface ReplaceOptions {
  /** Permission bits. @default - those of the file that is replaced, 0o600 for a new one */
  readonly mode?: number;
  /**
   * Who the file belongs to. @default - whoever the replaced file belongs to; for a new file, this
   * process, or the owner of the directory where this process is root
   */
  readonly owner?: { readonly ownerId: number; readonly groupId: number };
  /** Whether missing directories are created (0755). @default false - products bring their folders */
  readonly createParents?: boolean;
}

/** How long to wait for somebody else's lock. */
export interface ExclusionOptions {
  /** Told when the wait takes longer than `noticeAfterMs`, and every ten seconds from then on. */
  readonly onWait?: (wait: ExclusionWait) => void;
  /** @default 2000 */
  readonly noticeAfterMs?: number;
  /** When to give up. @default 300000 (five minutes) */
  readonly timeoutMs?: number;
  /** As in `ReplaceOptions`. @default false */
  readonly createParents?: boolean;
}

/** What is known while waiting for a lock. */
export interface ExclusionWait {
  readonly path: string;
  readonly waitedMs: number;
  /** For people, for example `user root, process 4711 on build-7, since 2026-01-01T10:00:00.000Z`. */
  readonly holder: string;
}

/** A file beside another. */
export interface ListedFile {
  readonly name: string;
  readonly modifiedMs: number;
}

/**
 * The files of one machine, under the absolute paths that its products know them by.
 *
 * Every path may lead through symbolic links; what is read, replaced, removed and locked is always the
 * file they end at, and the links stay.
 */
export interface HostFiles {
  /** Address in its canonical form: the same for every spelling that means the same host. */
  readonly address: string;
  /** What can be run there; undefined where nothing can, as where a directory stands for a machine. */
  readonly processes: HostProcesses | undefined;
  /** Path behind all symbolic links; of a file that is missing, where it would be created. */
  realPath(path: string): Promise<string>;
  /** Name that is the same for all paths and addresses that reach the same file from this process. */
  sessionKey(path: string): Promise<string>;
  /** The path as it is spelled on the host, the last component compared without regard to case. */
  findFile(path: string): Promise<string | undefined>;
  /** The file, or undefined where there is none. */
  readFile(path: string): Promise<HostFile | undefined>;
  /**
   * Refuses a file that this process could neither replace nor remove, nor keep anything beside; one whose directory
   * is missing passes. Nothing is tried: what only an attempt shows, such as a full disk, is not seen.
   */
  requireWritable(path: string): Promise<void>;
  /**
   * What a replacement of the file would not carry over, in words; empty where all that is seen is kept. Nothing is seen
   * of what stands on this machine.
   */
  lostByReplacing(path: string): Promise<readonly string[]>;
  /** Regular files in the directory that the real file is in; none where that is missing. */
  listBeside(path: string): Promise<ListedFile[]>;
  /** Puts new content in the place of the old one, or leaves the old one; never anything between. */
  replaceFile(path: string, bytes: Uint8Array, options?: ReplaceOptions): Promise<void>;
  /** Removes a file; false where there was none. */
  removeFile(path: string): Promise<boolean>;
  /** Runs `action` while no other process that asks for this lock does; what a killed run left is cleared first. */
  exclusively<T>(path: string, action: () => Promise<T>, options?: ExclusionOptions): Promise<T>;
}
