import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { createStore, setEntry, writeStore } from "../../lib/keystore";
import { diagnose } from "../../lib/check";
import { probe } from "../../lib/verify";
import { identityOf, makeWorld, now, withoutRoot } from "../hop/materials";
import { javaProgram } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";

const { root, intermediate, server, client } = makeWorld();
const stranger = makeWorld();
const password = "plain words";

describeWith("java", "probe against a Java server on our own stores", () => {
  let directory = "";
  let child: ChildProcessWithoutNullStreams | undefined;
  let lines: AsyncIterableIterator<string> | undefined;
  let reader: Interface | undefined;

  async function nextLine(): Promise<string> {
    const next = await lines?.next();
    return next === undefined || next.done === true ? "" : next.value;
  }

  async function start(protocol: string): Promise<number> {
    const keystore = join(directory, "keystore.p12");
    const truststore = join(directory, "truststore.p12");
    const createdMs = now.getTime();
    const key = { kind: "clear", pkcs8: server.pkcs8 } as const;
    const identity = {
      kind: "identity",
      alias: "server",
      createdMs,
      key,
      chain: withoutRoot(server),
    } as const;
    writeFileSync(keystore, writeStore(setEntry(createStore("modern"), identity), password));
    const anchors = [root, intermediate].reduce(
      (store, { der }, at) =>
        setEntry(store, { kind: "anchor", alias: `anchor${at}`, createdMs, certificate: der }),
      createStore("modern"),
    );
    writeFileSync(truststore, writeStore(anchors, password));
    const program = javaProgram(join(__dirname, "java/TlsServer.java"));
    child = spawn(tool("java"), [...program, keystore, truststore, password, protocol]);
    reader = createInterface({ input: child.stdout });
    lines = reader[Symbol.asyncIterator]();
    return Number(await nextLine());
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  });

  afterEach(() => {
    reader?.close();
    child?.kill();
    rmSync(directory, { recursive: true });
  });

  test.each(["TLSv1.2", "TLSv1.3"])(
    "sees chain and authorities, and whether it is let in, over %s",
    async (protocol) => {
      // GIVEN
      const port = await start(protocol);
      const options = { host: "127.0.0.1", port, servername: "server.example", anchors: [root.der] };

      // WHEN a bound client comes, one without a certificate, and one of a stranger
      const bound = await probe({ ...options, identity: identityOf(client) });
      const boundLog = await nextLine();
      const without = await probe(options);
      const withoutLog = await nextLine();
      const unknown = await probe({ ...options, identity: identityOf(stranger.client) });
      const unknownLog = await nextLine();

      // THEN
      expect(bound).toMatchObject({ ok: true, protocol, trusted: true, asksForCertificate: true });
      expect(bound.chain.map(({ subject }) => subject)).toEqual(["CN=server.example", "CN=Example Issuing"]);
      expect([...bound.authorities].sort()).toEqual(["CN=Example Issuing", "CN=Example Root"]);
      expect(boundLog).toBe("CN=Partner Seven");
      expect(without).toMatchObject({ ok: false, asksForCertificate: true });
      expect(diagnose(without.error ?? "")?.rule).toBe("client-certificate-not-sent");
      expect(diagnose(withoutLog)?.rule).toBe("client-certificate-not-sent");
      expect(unknown.ok).toBe(false);
      expect(diagnose(unknownLog)?.rule).toBe("authority-key-differs");
    },
  );

  test("plain HTTP on its port is what its log says it is", async () => {
    const port = await start("TLSv1.3");

    await new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port }, () => socket.write("GET / HTTP/1.0\r\n\r\n"));
      socket.on("error", resolve);
      socket.on("close", resolve);
      socket.resume();
    });

    expect(diagnose(await nextLine())?.rule).toBe("plain-http");
  });
});
