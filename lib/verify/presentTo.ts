import {
  type ClientSide,
  judgeHop,
  type LocatedIdentity,
  type NotSent,
  presentedAlias,
  type Read,
  reasonsNotSent,
  seenMaterial,
} from "../hop";
import { javaRules, PROTOCOLS } from "../java";
import type { IdentityEntry } from "../keystore";
import type { Finding, JavaRuntimePlan } from "../model";
import { parsed } from "../pki";
import { finding, refusal, type Refusal } from "../rules";
import type { SeenDiagnosis } from "./diagnoseServer";
import { probe, type ProbeOptions, type ProbeResult } from "./probe";

/** The Java that is to call a server, and the keystore that it presents itself from. */
export interface PresentingCaller {
  readonly java: JavaRuntimePlan;
  /** For people: the keystore's name. */
  readonly keystore: string;
  /** The identities that this Java sees in it. */
  readonly identities: readonly IdentityEntry[];
  /** What the product is told to present. @default - Java picks */
  readonly alias?: string;
  /** The keystore with an alias taken for the one that is meant. */
  readonly read: (alias: string) => Read<LocatedIdentity>;
}

/** What comes of presenting oneself to a server that runs. */
export interface Presented {
  /** What Java sends there. @default - nothing */
  readonly alias?: string;
  /** SHA-256 of its certificate. */
  readonly sha256?: string;
  /** Why each identity of the keystore stays where it is; empty where one is sent, or the server asks for none. */
  readonly notSent: readonly NotSent[];
  /** What the server was seen to do with it. @default - nothing was presented to it */
  readonly answer?: {
    readonly outcome: "goes-on" | "refuses" | "silent";
    /** What ended the connection, or the first line of the answer to the request. */
    readonly text?: string;
  };
  readonly findings: readonly Finding[];
}

const NO_KEY_REMEDY =
  "put the identity into the keystore with its private key, under the store's password: a certificate alone proves nothing";

/** Where the server asks, and by which connection that was seen. */
interface Asked {
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly seen: ProbeResult;
}

/**
 * Says which alias of a keystore Java would send to a server, from what the server itself asks for, and presents it
 * there. The server's own side is what a handshake shows; nothing is said about what it trusts.
 */
export async function presentTo(
  server: SeenDiagnosis,
  caller: PresentingCaller,
  options: ProbeOptions & { readonly now: Date },
): Promise<Presented> {
  const { address, servername, protocols, clientAuthentication } = server.diagnosis;
  const none = { notSent: [], findings: [] };
  if (caller.identities.length === 0) {
    const facts = `${caller.keystore} holds no private key that Java sees, so the client has nothing to present`;
    return { ...none, findings: [finding(address, refusal("no-usable-key", facts, NO_KEY_REMEDY))] };
  }
  if (protocols.length === 0) return none;
  const asked = whereAsked(server, caller.java);
  if ("rule" in asked) return { ...none, findings: [finding(address, asked)] };
  const read = (alias: string) => {
    const { value, findings } = caller.read(alias);
    if (value === undefined) return { findings };
    const client: ClientSide = {
      runtime: "java",
      java: caller.java,
      anchors: [],
      verifiesName: false,
      ...value,
    };
    const seen = {
      id: address,
      name: servername,
      port: options.port,
      protocols: [asked.protocol],
      chain: [],
      clientAuthentication: clientAuthentication === "request" ? "request" : "require",
      ...(asked.seen.request === undefined ? {} : { request: asked.seen.request }),
    } as const;
    return { material: seenMaterial(seen, client, options.now), findings };
  };
  const guessed = caller.alias ?? caller.identities[0]?.alias ?? "";
  const chosen = caller.alias ?? presentedAlias("client", read(guessed), caller.identities) ?? guessed;
  const { material, findings: known } = read(chosen);
  const judgement = material === undefined ? undefined : judgeHop(material);
  const findings = [...known, ...(judgement?.findings ?? [])];
  const identity = judgement?.accepted === true ? material?.client.identity : undefined;
  if (identity?.pkcs8 === undefined || judgement?.presents === undefined) {
    const identities = caller.alias === undefined ? caller.identities : [];
    return { notSent: reasonsNotSent(identities, read), findings };
  }
  const seen = await probe({
    ...options,
    identity,
    protocol: asked.protocol,
    lingers: asked.seen.beginsAgain,
  });
  const [leaf] = caller.identities.find(({ alias }) => alias === chosen)?.chain ?? [];
  return {
    alias: chosen,
    ...(leaf === undefined ? {} : { sha256: parsed(leaf).sha256 }),
    notSent: [],
    answer: answerOf(seen),
    findings: [...findings, ...refusedBy(address, chosen, seen)],
  };
}

/** The best version of TLS that both speak, where the server asks in it; otherwise what keeps it from asking. */
function whereAsked({ sight, diagnosis }: SeenDiagnosis, java: JavaRuntimePlan): Asked | Refusal {
  const rules = javaRules(java);
  const spoken = rules.protocols("client");
  const protocol = PROTOCOLS.find((each) => spoken.includes(each) && sight.byProtocol.has(each));
  const seen = protocol === undefined ? undefined : sight.byProtocol.get(protocol);
  if (protocol === undefined || seen === undefined)
    return refusal(
      "no-shared-protocol",
      `the server speaks ${diagnosis.protocols.join(", ")}, ${rules.name} ${spoken.join(", ")}`,
    );
  if (seen.request !== undefined) return { protocol, seen };
  if (seen.beginsAgain)
    return refusal(
      "asked-after-handshake",
      `in ${protocol} the server begins another handshake after the first one, and whom it asks for in that one could not be read, so it is not known what Java sends`,
    );
  return refusal(
    "certificate-not-asked-for",
    `${rules.name} speaks ${protocol} with the server, and in that the server was not seen to ask for a client certificate, so none is sent`,
  );
}

function answerOf({ error, goesOn, answer }: ProbeResult): NonNullable<Presented["answer"]> {
  if (error !== undefined) return { outcome: "refuses", text: error };
  return { outcome: goesOn ? "goes-on" : "silent", ...(answer === undefined ? {} : { text: answer }) };
}

/** What a server says that was shown a certificate: that none came cannot be meant then. */
function refusedBy(address: string, alias: string, { error, diagnosis }: ProbeResult): Finding[] {
  if (error === undefined) return [];
  const told = diagnosis?.rule ?? "handshake-failed";
  const rule = told === "client-certificate-not-sent" ? "refused-by-peer" : told;
  const facts = `the server was shown "${alias}", and the connection ends: ${error}`;
  return [finding(address, refusal(rule, facts, undefined, "none"))];
}
