import type { IdentityPlan, RequestedIdentityRequest } from "../../../lib/model";

/** A server whose certificate somebody else's authority issues. */
export function requested(id: string, overrides: Partial<RequestedIdentityRequest> = {}): IdentityPlan {
  return {
    id,
    request: {
      kind: "requested",
      subject: { commonName: `${id}.example.com`, organization: "Example" },
      names: [
        { kind: "dns", value: `${id}.example.com` },
        { kind: "ip", value: "10.0.0.7" },
      ],
      keyAlgorithm: "ec-p256",
      extendedKeyUsages: ["serverAuth"],
      ...overrides,
    },
  };
}
