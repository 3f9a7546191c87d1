import { writeFileSync } from "node:fs";

import { buildHop } from "../../java/hops/buildHop";
import { JavaJudge, type JavaVerdict, type JudgedHop, type JudgedStore } from "../../java/hops/javaJudge";
import { RELEASES, runtimeOf } from "../../java/hops/releases";
import { now } from "../../java/hops/hopCertificates";
import { sampleShapes } from "../../java/hops/shapes";
import { findTool } from "../../support/tools";
import { CliSandbox } from "../cliRun";

const isSlow = process.env["SLOW"] === "1";
const SEED = Number(process.env["SEED"] ?? 14);
const count = isSlow ? 350 : 12;

/** A pair of which the command and Java say different things. */
interface Difference {
  readonly index: number;
  readonly isGreen: boolean;
  readonly said: object;
  readonly done: JavaVerdict;
}

const shapes = sampleShapes(count, SEED);

describe("rehearse, beside a real Java", () => {
  const sandbox = new CliSandbox({ WORD: "changeit" }, now);
  afterAll(() => sandbox.remove());

  function option(name: string, store: JudgedStore | undefined): string[] {
    if (store === undefined) return [];
    writeFileSync(sandbox.path(name), store.bytes);
    return [`--${name}`, name, `--${name}-password`, "env:WORD"];
  }

  function wordsOf({ server, client, address, verifiesName, clientAuthentication }: JudgedHop): string[] {
    const protocols = (side: "server" | "client", spoken: readonly string[] | undefined) =>
      spoken === undefined ? [] : [`--${side}-protocols`, spoken.join(",")];
    const security = (side: "server" | "client", keyManager: string | undefined) => {
      if (keyManager === undefined) return [];
      const file = `${side}.security`;
      writeFileSync(sandbox.path(file), `ssl.KeyManagerFactory.algorithm=${keyManager}\n`);
      return [`--${side}-java-security`, file];
    };
    return [
      ...option("server-keystore", server.keys),
      ...option("server-truststore", server.trust),
      ...option("client-keystore", client.keys),
      ...option("client-truststore", client.trust),
      "--server-name",
      address,
      "--client-auth",
      clientAuthentication,
      ...protocols("server", server.protocols),
      ...protocols("client", client.protocols),
      ...security("server", server.keyManager),
      ...security("client", client.keyManager),
      ...(verifiesName ? [] : ["--no-name-check"]),
    ];
  }

  for (const [release, name] of RELEASES.filter(([each]) => isSlow || each === 8 || each === 25)) {
    const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
    if (!isThere)
      process.stderr.write(`SKIPPED rehearse beside Java ${release}: scripts/javas.sh .javas ${release}\n`);
    (isThere ? test : test.skip)(
      `says of Java ${release} what it does, and which certificates it shows`,
      async () => {
        const judge = new JavaJudge(name);
        const java = `${release}${release === 8 ? "u" : ".0."}${runtimeOf(release, name).update}`;
        const differing: Difference[] = [];
        let compared = 0;
        try {
          for (const [index, shape] of shapes.entries()) {
            const { judged } = buildHop(shape);
            const done = await judge.judge(judged);
            const { stdout, stderr } = await sandbox.run(
              "rehearse",
              ...wordsOf(judged),
              "--java",
              java,
              "--json",
            );
            const said = JSON.parse(stdout || stderr);
            compared += 1;
            const isSame =
              said.ok === done.ok &&
              (!done.ok || (said.serves === done.served && said.presents === done.presented));
            const { ok, reason, serves, presents } = said;
            // Where the handshake of OpenSSL fails, the verdict says that Java's would not.
            const isStrict = done.ok && /would let this pass; we do not/.test(reason);
            if (isSame || isStrict) continue;
            differing.push({ index, isGreen: ok, said: { reason, serves, presents }, done });
          }
        } finally {
          judge.close();
        }
        if (isSlow)
          process.stdout.write(
            `Java ${release}: ${compared} pairs, ${differing.length} differ: ${JSON.stringify(differing)}\n`,
          );
        expect(differing.filter(({ isGreen, done }) => isGreen && !done.ok)).toEqual([]);
        expect(differing.length).toBeLessThanOrEqual(Math.floor(count / 100));
      },
      isSlow ? 3_600_000 : 120_000,
    );
  }
});
