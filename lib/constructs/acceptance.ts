import type { IConstruct } from "constructs";
import type { Acceptance, Client } from "./endpoint";
import { trustedForm } from "./identity";
import { planIdOf } from "./key";
import type { ITruststore } from "./truststore";

/**
 * Lets a client in by putting what it is known by into a truststore: the root of its authorities under that one's
 * name, or, where no authority is declared, its own certificate under the client's name.
 */
export function acceptanceOf(scope: IConstruct, truststore: ITruststore, client: Client): Acceptance {
  const accepts = { identity: trustedForm(client.presents) };
  const isIssued = accepts.identity !== client.presents.identity;
  const alias = isIssued ? lastWord(accepts.identity.identityId) : clientAlias(client);
  truststore.reliesOn({ id: `${planIdOf(scope)}/Trusts-${alias}`, alias, trusts: accepts });
  return { alias, accepts };
}

function clientAlias({ name, alias }: Client): string {
  return [name, ...(alias === undefined ? [] : [alias]), "client"]
    .join("-")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");
}

function lastWord(identityId: string): string {
  return identityId.slice(identityId.lastIndexOf("/") + 1).toLowerCase();
}
