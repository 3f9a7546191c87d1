import type { AuthorityShape, HopShape, LeafShape, PresentedShape, TrustShape } from "./shapes";

export const authority: AuthorityShape = {
  key: "ec",
  hash: "sha256",
  keyUsage: undefined,
  pathLength: undefined,
  days: [-30, 3000],
  odd: "none",
  names: "none",
  policies: "none",
};
export const leaf: LeafShape = {
  key: "ec",
  hash: "sha256",
  keyUsage: undefined,
  extendedKeyUsage: undefined,
  days: [-1, 90],
  odd: "none",
  policies: "none",
  isSelfSigned: false,
  level: 3,
};
export const own: PresentedShape = {
  leaf,
  alias: "https",
  neighbours: [],
  first: "own",
  format: "jks",
  chain: "whole",
  keyManager: undefined,
};
export const roots: TrustShape = {
  root: true,
  intermediates: false,
  leaf: false,
  stranger: false,
  twin: "none",
  more: 0,
  format: "jks",
};
/** A hop that every Java takes, to depart from. */
export const ordinary: HopShape = {
  authorities: [authority],
  naming: { address: "server.example", names: ["DNS:server.example"], commonName: "server.example" },
  verifiesName: true,
  server: own,
  client: own,
  clientAuthentication: "require",
  clientTrusts: roots,
  serverTrusts: roots,
  protocols: { server: undefined, client: undefined },
};
