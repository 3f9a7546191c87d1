import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createStore, writeStore } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { probe } from "../../../lib/verify";
import { javaProgram } from "../../support/javaProgram";
import { describeWith, oftenAndSlowly, tool } from "../../support/tools";
import {
  freePort,
  intermediate,
  LiveHosts,
  mutualPlan,
  password,
  pemOf,
  root,
  rulesOf,
  server,
  serverCertificate,
  withAnchors,
  withKey,
} from "./liveWorld";

let hosts: LiveHosts;
const running: ChildProcess[] = [];

beforeEach(() => {
  hosts = new LiveHosts();
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  hosts.remove();
});

/** Both authorities of the clients, as PEM. */
function authorities(): string {
  return [root, intermediate].map(({ der }) => toPem(der, "CERTIFICATE")).join("");
}

function start(program: string, words: readonly string[]): ChildProcess {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
  running.push(child);
  return child;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { chain } = await probe({ host: "127.0.0.1", port, servername: "localhost", timeoutMs: 1_000 });
    if (chain.length > 0) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on ${port}`);
}

describeWith("nginx", "verify against nginx, which refuses in HTTP alone", () => {
  async function nginx(mode: string, depth = 3): Promise<number> {
    const port = await freePort();
    const { cert, key } = pemOf(server);
    const [certificate, keyFile, clients] = [
      hosts.file("server.crt", cert),
      hosts.file("server.key", key),
      hosts.file("clients.crt", authorities()),
    ];
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${join(hosts.project, kind)};`,
    );
    const config = hosts.file(
      "nginx.conf",
      `daemon off;\nmaster_process off;\nerror_log stderr notice;\npid ${hosts.project}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n` +
        `server {\nlisten 127.0.0.1:${port} ssl;\nssl_certificate ${certificate};\nssl_certificate_key ${keyFile};\n` +
        `ssl_client_certificate ${clients};\nssl_verify_client ${mode};\nssl_verify_depth ${depth};\nlocation / { return 200 "hello"; }\n}\n}\n`,
    );
    start(tool("nginx"), ["-c", config]);
    await listening(port);
    return port;
  }

  test("that requires certificates is green", async () => {
    const verdict = await hosts.verdict(mutualPlan(await nginx("on")));

    expect(rulesOf(verdict)).toEqual([]);
    expect(verdict?.ok).toBe(true);
  }, 30_000);

  test.each(oftenAndSlowly(["optional_no_ca"], ["off", "optional"]))(
    "with ssl_verify_client %s accepts anyone",
    async (mode) => {
      const verdict = await hosts.verdict(mutualPlan(await nginx(mode)));

      expect(verdict?.ok).toBe(false);
      expect(rulesOf(verdict)).toContain("error accepts-anyone");
    },
    30_000,
  );

  test("that takes no chain as long as the client's turns it away, though the handshake comes about", async () => {
    const declared = mutualPlan(await nginx("on", 0));

    const verdict = await hosts.verdict(declared);

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)).toEqual(["error refused-by-peer"]);
    expect(verdict?.reason).toContain("turns the client's certificate CN=Partner Seven away: HTTP/1.1 400");
  }, 30_000);
});

describeWith("openssl", "verify against openssl s_server", () => {
  async function openssl(...words: readonly string[]): Promise<number> {
    const port = await freePort();
    const { cert, key } = pemOf(server);
    const chain = hosts.file("server.crt", cert);
    const program = ["s_server", "-accept", `127.0.0.1:${port}`, "-www"];
    const files = ["-cert", chain, "-cert_chain", chain, "-key", hosts.file("server.key", key)];
    const clients = ["-CAfile", hosts.file("clients.crt", authorities())];
    start(tool("openssl"), [...program, ...files, ...clients, ...words]);
    await listening(port);
    return port;
  }

  test.each(["-tls1_2", "-tls1_3"])(
    "that requires certificates is green over %s",
    async (version) => {
      const verdict = await hosts.verdict(
        mutualPlan(await openssl("-Verify", "3", "-verify_return_error", version)),
      );

      expect(rulesOf(verdict)).toEqual([]);
    },
    30_000,
  );

  test.each([
    ["takes every certificate", ["-Verify", "3"], "a stranger's self-signed certificate"],
    ["takes calls without one", ["-verify", "3", "-verify_return_error"], "a call without a certificate"],
  ])(
    "that %s is red",
    async (_what, words, who) => {
      const verdict = await hosts.verdict(mutualPlan(await openssl(...words)));

      expect(verdict?.ok).toBe(false);
      expect(verdict?.reason).toContain(who);
    },
    30_000,
  );
});

describeWith(["java", "javac"], "verify against a Java server on our own stores", () => {
  async function java(protocol: string): Promise<number> {
    const keys = writeStore(withKey(createStore("modern"), "server", server), password);
    const clients = writeStore(withAnchors(createStore("modern"), root.der, intermediate.der), password);
    const words = [hosts.file("keys.p12", keys), hosts.file("clients.p12", clients), password, protocol];
    const program = javaProgram(join(__dirname, "../../interop/java/TlsServer.java"));
    const child = start(tool("java"), [...program, ...words]);
    if (child.stdout === null) throw new Error("there is no output");
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<string>((resolve) => lines.once("line", resolve));
    return Number(port);
  }

  test.each(oftenAndSlowly(["TLSv1.3"], ["TLSv1.2"]))(
    "is green over %s, and red once its files were renewed and it was not restarted",
    async (protocol) => {
      const port = await java(protocol);

      expect(rulesOf(await hosts.verdict(mutualPlan(port)))).toEqual([]);
      hosts.writeKeystore(serverCertificate(365));
      expect(rulesOf(await hosts.verdict(mutualPlan(port)))).toEqual(["error served-differs"]);
    },
    60_000,
  );
});
