import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { closeConnections, type HostFiles, openHost } from "../../lib/hosts";
import { hasSshServer, type SshServer, type SshServerOptions, startSshServer } from "../support/sshServer";
import {
  type SftpDialect,
  startWindowsMachine,
  type WindowsMachine,
  windowsPathOf,
} from "../support/windowsMachine";
import { asNobody, inMirror } from "./support";

/** A host whose files the test sees in a folder of this machine. */
export interface HostUnderTest {
  readonly root: string;
  /** `<root>/opt/x/conf`, which is there. */
  readonly folder: string;
  readonly host: HostFiles;
  /** How the host calls what is at a path below the root. */
  readonly at: (path: string) => string;
  /** The same host without root's rights; as this test where that has none. */
  readonly asNobody: <T>(action: (host: HostFiles) => Promise<T>) => Promise<T>;
}

export type InProduct = (action: (under: HostUnderTest) => Promise<void>) => Promise<void>;

export const isRoot = process.geteuid?.() === 0;

/** Runs the same tests against every kind of host; those whose judge is missing are skipped, loudly. */
export function describeHosts(title: string, tests: (inProduct: InProduct, kind: HostKind) => void): void {
  describe(`${title} (local)`, () => tests(inLocal, "local"));
  describeSsh(`${title} (ssh)`, {}, (server) => tests(overSsh(server), "ssh"));
  describeWindows(`${title} (windows)`, "modern", (machine) => tests(overSftp(machine), "windows"));
  describeWindows(`${title} (windows, bare)`, "bare", (machine) => tests(overSftp(machine), "windows, bare"));
}

/** Windows has neither modes nor owners of POSIX. */
export type HostKind = "local" | "ssh" | "windows" | "windows, bare";

/** Tests against something like a Windows machine, which is there while they run. */
export function describeWindows(
  title: string,
  dialect: SftpDialect,
  tests: (machine: () => WindowsMachine) => void,
): void {
  (hasSshServer ? describe : describe.skip)(title, () => {
    let machine: WindowsMachine | undefined;
    beforeAll(async () => {
      machine = await startWindowsMachine(dialect);
    }, 30_000);
    afterAll(async () => {
      await closeConnections();
      await machine?.stop();
    }, 30_000);
    tests(() => {
      if (machine === undefined) throw new Error("the machine of these tests is not running");
      return machine;
    });
  });
}

/** In folders of this machine, which are on drive C of something like Windows. */
export function overSftp(machine: () => WindowsMachine): InProduct {
  return (action) =>
    inFolder(async (root, folder) => {
      const { server, setNobody } = machine();
      const { address, connection } = server;
      const host = openHost(address, { connection });
      const asOthers = async <T>(step: (others: HostFiles) => Promise<T>): Promise<T> => {
        // Another way to the same key is a connection of its own.
        const identity = `${server.folder}/./user`;
        const others = openHost(address, { connection: { ...connection, identity } });
        setNobody(true);
        await others.readFile(windowsPathOf(join(root, "absent")));
        setNobody(false);
        return step(others);
      };
      const at = (path: string): string => windowsPathOf(`${root}${path}`);
      await action({ root, folder, host, at, asNobody: asOthers });
    });
}

/** Tests against an sshd on loopback, which is there while they run. */
export function describeSsh(
  title: string,
  options: SshServerOptions,
  tests: (server: () => SshServer) => void,
): void {
  (hasSshServer ? describe : describe.skip)(title, () => {
    let server: SshServer | undefined;
    beforeAll(async () => {
      server = await startSshServer(options);
    }, 30_000);
    afterAll(async () => {
      await closeConnections();
      await server?.stop();
    }, 30_000);
    tests(() => {
      if (server === undefined) throw new Error("the sshd of these tests is not running");
      return server;
    });
  });
}

async function inLocal(action: (under: HostUnderTest) => Promise<void>): Promise<void> {
  await inFolder(async (root, folder) => {
    const host = openHost(`local:${root}`);
    await action({ root, folder, host, at: (path) => path, asNobody: (step) => asNobody(() => step(host)) });
  });
}

/** In folders of this machine, whose absolute paths a host on loopback shares. */
export function overSsh(server: () => SshServer): InProduct {
  return (action) =>
    inFolder(async (root, folder) => {
      const { address, connection } = server();
      const host = openHost(address, { connection });
      const others = isRoot ? openHost(address, { connection: { ...connection, sudo: "nobody" } }) : host;
      await action({ root, folder, host, at: (path) => `${root}${path}`, asNobody: (step) => step(others) });
    });
}

async function inFolder(action: (root: string, folder: string) => Promise<void>): Promise<void> {
  await inMirror(async (root) => {
    const folder = join(root, "opt/x/conf");
    mkdirSync(folder, { recursive: true });
    await action(root, folder);
  });
}
