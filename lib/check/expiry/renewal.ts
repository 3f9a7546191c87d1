import { type IdentityPlan, LOCAL_ENVIRONMENT, type TrustPlan, placeOf, planIndex } from "../../model";
import { day } from "../../model/day";
import type { DatedCertificate } from "./datedCertificate";

/**
 * Who can make the next certificate: `cdktf-trust lock` (`here`), whoever gave the file (`imported`), the people of the
 * host that holds the key (`adopted`), or a partner.
 */
export type Renewal = "here" | "imported" | "adopted" | "partner";

/** How a certificate is replaced before it ends. */
export interface RenewalAdvice {
  readonly renewal: Renewal;
  /** Where the next one comes from, and the commands that follow. */
  readonly remedy: string;
}

/** How the certificate of an identity is renewed. */
export function renewalOf(
  plan: TrustPlan,
  identity: IdentityPlan,
  { sha256, subject, issuer }: DatedCertificate,
): RenewalAdvice {
  const { request, pinned } = identity;
  const follow = (...options: readonly string[]) => followUp(plan, options);
  const isReplaced =
    pinned !== undefined && ![...pinned.chain, pinned.anchor].some((other) => other.sha256 === sha256);
  const isSelfIssued = subject === issuer;
  const from = isSelfIssued ? "whoever made it" : issuer;
  const nextOnHost = isSelfIssued
    ? "make the next one there, "
    : `get the next one from ${issuer}, put it there, `;
  if (identity.generationOf !== undefined || pinned?.rotation !== undefined)
    return {
      renewal: "here",
      remedy: `it changes in phases: \`cdktf-trust rotate --status --environment ${plan.environment}\` says what is next`,
    };
  switch (request.kind) {
    case "self-signed":
    case "issued":
    case "authority":
      return {
        renewal: "here",
        remedy: isReplaced ? deployPinned(pinned) : `renewed here: ${follow(`--renew ${identity.id}`)}`,
      };
    case "imported":
      return {
        renewal: "imported",
        remedy: isReplaced
          ? deployPinned(pinned)
          : `not renewed here, because it is imported from ${request.file}: get the next one from ${from}, put it into ` +
            `that file, ${follow()}`,
      };
    case "existing":
      return {
        renewal: "adopted",
        remedy:
          `not renewed here, because its key stays on its host (${adoptedAt(plan, request)}): ` +
          (isReplaced ? "the lock pins another one, so " : nextOnHost) +
          follow("--observe"),
      };
    case "certificate":
      return {
        renewal: "partner",
        remedy: isReplaced
          ? deployPinned(pinned)
          : `not renewed here, because it is a partner's, from ${request.file}: ask the partner for the next one, put it ` +
            `into that file, ${follow()}, before the partner changes over`,
      };
    default:
      return request satisfies never;
  }
}

/** The host still has the one before. */
function deployPinned({ chain: [leaf] }: NonNullable<IdentityPlan["pinned"]>): string {
  const until = leaf === undefined ? "" : `, until ${day(leaf.notAfter)}`;
  return `the lock has the next one already${until}: deploy`;
}

function followUp({ environment }: TrustPlan, options: readonly string[]): string {
  const command = ["cdktf-trust lock", ...options, `--environment ${environment}`].join(" ");
  const commit = environment === LOCAL_ENVIRONMENT ? "" : ", commit the lock";
  return `run \`${command}\`${commit} and deploy`;
}

function adoptedAt(
  plan: TrustPlan,
  { storeId, alias }: { readonly storeId: string; readonly alias: string },
) {
  const store = planIndex(plan).store(storeId);
  return store === undefined ? `"${alias}"` : `${placeOf(store.hostId, store.path)} "${alias}"`;
}
