import type { HopMaterial } from "../../lib/hop";
import { hop, now } from "../hop/materials";
import { makeCertificate, type MadeCertificateOptions, type MadeIdentity } from "../support/certificateMaker";

/** Hops with several departures from the ordinary at once; the same seed gives the same shapes. */
export function randomHops(count: number, seed: number): HopMaterial[] {
  const random = generator(seed);
  return Array.from({ length: count }, () => randomHop(random));
}

type Random = () => number;

function randomHop(random: Random): HopMaterial {
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const odd = (
    probability: number,
    options: Partial<MadeCertificateOptions>,
  ): Partial<MadeCertificateOptions> => (chance(probability) ? options : {});

  const authority = (subject: string, issuer?: MadeIdentity): MadeIdentity =>
    makeCertificate({
      now,
      subject,
      fromDays: -30,
      toDays: 3000,
      authority: true,
      ...(issuer === undefined ? {} : { issuer }),
      ...odd(0.5, { keyUsage: ["keyCertSign", "cRLSign"] }),
      ...odd(0.05, { keyUsage: ["digitalSignature"] }),
      ...odd(0.07, { authority: { pathLength: Math.floor(random() * 3) } }),
      ...odd(0.06, { toDays: -2 }),
      ...odd(0.03, { fromDays: 3 }),
      ...odd(0.05, { version: 1 as const }),
      ...odd(0.04, { unknownCritical: true }),
      ...odd(0.04, { permittedDns: [chance(0.5) ? "example" : "internal"] }),
      ...odd(0.05, { extendedKeyUsage: ["clientAuth"] }),
      ...odd(0.05, { authorityKeyId: "wrong" as const }),
      ...odd(0.1, { authorityKeyId: "none" as const }),
      ...odd(0.07, { subjectKeyId: false }),
      ...odd(0.1, { key: "ec-p384" as const }),
      ...odd(0.03, { key: "rsa-1024" as const }),
    });

  const root = authority("Root");
  const depth = Math.floor(random() * 4);
  const authorities = [root];
  for (let at = 1; at <= depth; at += 1) authorities.push(authority(`Level ${at}`, authorities.at(-1)));
  const issuer = authorities.at(-1) ?? root;
  const useOfClient = chance(0.35);
  const leaf = makeCertificate({
    now,
    subject: useOfClient ? "partner-7" : "server.example",
    names: useOfClient ? [] : ["DNS:server.example"],
    ...odd(0.9, { issuer }),
    ...odd(0.5, { keyUsage: ["digitalSignature"] }),
    ...odd(0.03, { keyUsage: ["keyEncipherment"] }),
    ...odd(0.5, { extendedKeyUsage: [useOfClient ? "clientAuth" : "serverAuth"] }),
    ...odd(0.03, { extendedKeyUsage: ["codeSigning"] }),
    ...odd(0.06, { toDays: -1 }),
    ...odd(0.04, { version: 1 as const }),
    ...odd(0.04, { unknownCritical: true }),
    ...odd(0.04, { authority: true }),
    ...odd(0.05, { authorityKeyId: "wrong" as const }),
    ...odd(0.05, { authorityKeyId: "issuer" as const }),
    ...odd(0.03, { wrongSignature: true }),
  });
  const twins = authorities.flatMap((made, at) =>
    chance(0.2)
      ? [
          makeCertificate({
            now,
            subject: at === 0 ? "Root" : `Level ${at}`,
            toDays: 3000,
            ...odd(0.9, { authority: true }),
            ...odd(0.6, { keyOf: made }),
            ...(at > 0 && chance(0.5) ? { issuer: authorities[at - 1] ?? root } : {}),
          }),
        ]
      : [],
  );
  const stranger = makeCertificate({ now, subject: "Stranger", authority: true });

  const spare = [...twins, stranger];
  let sent = (authorities.at(-1) ?? root).chain.slice();
  if (leaf.chain.length === 1 && chance(0.8)) sent = [];
  if (chance(0.6)) sent.pop();
  if (chance(0.1)) sent.splice(Math.floor(random() * sent.length), 1);
  if (chance(0.1)) sent.push(pick(spare)?.der ?? stranger.der);
  if (chance(0.1)) sent.unshift(pick(spare)?.der ?? stranger.der);
  if (chance(0.1)) sent.unshift(...sent.splice(1));
  if (chance(0.04)) sent.push(leaf.der);
  const trusted = [...authorities, ...twins].filter(() => chance(0.3)).map(({ der }) => der);
  if (chance(0.5)) trusted.push(root.der);
  if (chance(0.08)) trusted.push(leaf.der);
  if (chance(0.1)) trusted.push(stranger.der);
  const anchors = [...new Set(trusted)];
  const identity = { chain: [leaf.der, ...sent], pkcs8: leaf.pkcs8 };
  if (!useOfClient) return hop({ server: { identity }, client: { anchors } });

  const server = makeCertificate({ now, subject: "server.example" });
  return hop({
    server: {
      identity: { chain: [server.der], pkcs8: server.pkcs8 },
      clientAuthentication: chance(0.7) ? "require" : "request",
      clientAnchors: anchors,
    },
    client: { anchors: [server.der], identity },
  });
}

/** Mulberry32. */
function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
