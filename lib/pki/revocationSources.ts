import {
  type Asn1Element,
  childrenOf,
  contextTag,
  readAsn1,
  readObjectIdentifier,
  readSequence,
} from "./asn1";
import type { Extension } from "./extension";
import { generalNameTags, readIa5 } from "./generalName";
import { Oid } from "./objectIdentifiers";

/** Where a certificate says that its revocation is told (RFC 5280, 4.2.1.13 and 4.2.2.1). */
export interface RevocationSources {
  /** URLs of OCSP responders. */
  readonly responders: readonly string[];
  /** URLs of lists. */
  readonly lists: readonly string[];
}

const FULL_NAME = contextTag(0, true);

export function readRevocationSources(extensions: readonly Extension[]): RevocationSources {
  const found = (oid: string) => extensions.find((extension) => extension.oid === oid);
  const access = found(Oid.authorityInfoAccess);
  const points = found(Oid.crlDistributionPoints);
  const responders =
    access === undefined
      ? []
      : readSequence(readAsn1(access.value), "the authority information access").flatMap((description) => {
          const [method, location] = readSequence(description, "an access description");
          const isResponder = readObjectIdentifier(method, "an access method") === Oid.ocsp;
          return isResponder && location !== undefined ? [location] : [];
        });
  const lists =
    points === undefined
      ? []
      : readSequence(readAsn1(points.value), "the distribution points").flatMap((point) =>
          readSequence(point, "a distribution point")
            .filter(({ tag }) => tag === FULL_NAME)
            .flatMap((name) => childrenOf(name).filter(({ tag }) => tag === FULL_NAME))
            .flatMap((names) => childrenOf(names)),
        );
  return { responders: urlsOf(responders), lists: urlsOf(lists) };
}

function urlsOf(names: readonly Asn1Element[]): string[] {
  return names.flatMap(({ tag, content }) => (tag === generalNameTags.uri ? [readIa5(content)] : []));
}
