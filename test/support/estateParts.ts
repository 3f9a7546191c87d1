import { createHash } from "node:crypto";
import type { EndpointPlan, Finding, SystemPlan } from "../../lib/model";

/** The day that estates are made on. */
export const ESTATE_NOW = new Date("2026-11-21T08:00:00Z");

export const authority = {
  subject: { commonName: "Authority" },
  keyAlgorithm: "ec-p256",
  validityDays: 3650,
} as const;

export const issued = {
  subject: { commonName: "Server" },
  names: [],
  keyAlgorithm: "ec-p256",
  validityDays: 397,
  extendedKeyUsages: [],
} as const;

export function refusalOf(
  subject: string,
  {
    client,
    endpoint,
    anchor,
    refusedBy,
  }: {
    readonly client: SystemPlan;
    readonly endpoint: EndpointPlan;
    readonly anchor: string;
    readonly refusedBy: "client" | "server";
  },
): Finding {
  const store = `${client.hostId}:/opt/secret-place/${client.hostId}/trust.p12`;
  return refusedBy === "client"
    ? {
        level: "error",
        rule: "issuer-not-trusted",
        subject,
        message: `nothing in ${store} leads to ${anchor}, which vouches for ${endpoint.names[0]} ("PKIX path building failed")`,
        remedy: "put its root into the client's truststore",
      }
    : {
        level: "error",
        rule: "client-certificate-not-sent",
        subject,
        message: `the server asks for certificates of CN=Other CA, and no issuer in ${client.label}'s chain is among them, so ${client.label} sends none`,
        remedy: "put its issuer into the server's truststore",
      };
}

export function fingerprint(algorithm: "sha1" | "sha256", key: string): string {
  const digest = createHash(algorithm).update(key).digest("hex").toUpperCase();
  return digest.replaceAll(/..(?!$)/g, "$&:");
}

export function keyOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** Mulberry32: numbers from 0 to 1 that the seed decides. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Days that a client's certificate has left, whatever else is in the estate. */
export function daysOf(key: string): number {
  return Number.parseInt(fingerprint("sha256", key).slice(0, 2), 16) * 3 + 12;
}
