import { Activation, type HttpsCallbackEndpoint, type IHost, type TrustFile } from "../../constructs";
import type { ActivationWay, Runbook, RunbookStep } from "../../model";
import { shellQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";

/** A certificate of the server, with the file that tells nginx of it. */
export interface ServedPem {
  readonly endpoint: HttpsCallbackEndpoint;
  readonly nginxFile: TrustFile;
}

/** What the runbook of nginx is made of. */
export interface PemServerRunbook {
  readonly host: IHost;
  readonly port: number;
  readonly passwordFile: string;
  /** The site's own file, from which ours are included. */
  readonly serverBlockFile: string;
  readonly activation: ActivationWay;
  /** The server's own certificate first. */
  readonly served: readonly ServedPem[];
}

/** What a person does once the files are in place; the site's own ones go back with them. */
export function pemServerRunbook(id: string, runbook: PemServerRunbook): Runbook {
  const { host, port, passwordFile, serverBlockFile, served } = runbook;
  const [first] = served;
  return {
    id,
    hostId: host.hostId,
    title: `nginx ${first?.endpoint.names[0] ?? ""}`,
    steps: [
      {
        text: `Put the password of the key on the first line of \`${passwordFile}\`, unless it is there.`,
        check: "Nobody but root may read the file.",
      },
      {
        text: `Include ${included(served)} of \`${serverBlockFile}\`, unless ${served.length === 1 ? "it is" : "they are"}, and take out what such a block itself says of \`listen\` on port ${port} and of \`ssl_certificate\`: nginx refuses the first twice, and serves the second beside ours. Where the site has its blocks in another file, stop: declare that one as \`serverBlockFile\`, so that the way back knows it.`,
        command:
          host.platform === "windows"
            ? `findstr /c:"nginx-tls" ${shellQuote(host.platform, serverBlockFile)}`
            : `grep -F nginx-tls ${shellQuote(host.platform, serverBlockFile)}`,
        check: "It shows each include once.",
      },
      reloadStep(runbook),
      ...served.map((one) => ({
        ...look(runbook, one),
        check: "The SHA-256 fingerprint is",
        shows: { identityId: one.endpoint.identity.identityId, part: "leaf" as const },
      })),
    ],
    covers: [serverBlockFile, passwordFile],
    back: {
      after: [
        reloadStep(runbook),
        ...served.map((one) => ({
          ...look(runbook, one),
          check: "It is the certificate of before. Where nothing was served before, nothing answers.",
        })),
      ],
    },
    ...(host.platform === "windows" ? { unproven: ["nginx was not run on Windows."] } : {}),
  };
}

function included(served: readonly ServedPem[]): string {
  const files = served.map(({ nginxFile }) => `\`${nginxFile.path}\``);
  return files.length === 1
    ? `${files.join("")} in the server block`
    : `${files.join(", ")} each in a server block`;
}

/** A failed test leaves nginx with what it has read before. */
export const nginxReload = Activation.steps(
  Activation.run(["nginx", "-t"]),
  Activation.run(["nginx", "-s", "reload"]),
);

function reloadStep({ host, activation }: PemServerRunbook): RunbookStep {
  const step = {
    text: "Let nginx test its configuration, and read it where it is right.",
    check:
      "It says that the test is successful. Where it does not, nginx was not told to read anything, and runs as before.",
  };
  return activationStep(host.platform, activation, step, " && ");
}

function look({ host, port, served }: PemServerRunbook, { endpoint }: ServedPem): RunbookStep {
  const name = endpoint.names[0] ?? "localhost";
  const word = (text: string) => shellQuote(host.platform, text);
  const address = word(`${served[0]?.endpoint.names[0] ?? "localhost"}:${port}`);
  const isOnly = served.length === 1;
  return {
    text: isOnly
      ? "See what the server presents. For a moment after the reload it still may be the certificate of before: then look again."
      : `See what the server presents to clients that ask for ${name}.`,
    command: `openssl s_client -connect ${address}${isOnly ? "" : ` -servername ${word(name)}`} ${host.platform === "windows" ? "<NUL" : "</dev/null"} | openssl x509 -noout -fingerprint -sha256`,
  };
}
