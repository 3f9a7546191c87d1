import { type CertificateLinks, isSelfSigned, readCertificateLinks } from "./certificateLinks";
import { bytesKey } from "./bytesKey";
import type { SafeBag } from "./safeBag";

/** Assembles chains as Java does, from all certificates of a file, whatever their order. */
export interface ChainBuilder {
  /** Bags of the chain that begins with this one's certificate, leaf first. */
  chainOf(leaf: SafeBag): readonly SafeBag[];
}

interface Link {
  readonly bag: SafeBag;
  readonly links: CertificateLinks;
}

/** What leads from a certificate to its issuer: a name and, where both have one, a key id; or the name alone. */
export type ChainLinks = "key-ids" | "names";

/** @param bags all certificate bags, in the order of the file */
export function createChainBuilder(bags: readonly SafeBag[], by: ChainLinks = "key-ids"): ChainBuilder {
  const linkOf = new Map<SafeBag, Link>();
  const bySubject = new Map<string, Link[]>();
  for (const bag of bags) {
    const link = { bag, links: readCertificateLinks(bag.value) };
    linkOf.set(bag, link);
    const namesakes = bySubject.get(link.links.subject);
    if (namesakes === undefined) bySubject.set(link.links.subject, [link]);
    else namesakes.push(link);
  }

  /** `PKCS12KeyStore.findIssuer`: by name, and by key id where both certificates have one. */
  function findIssuer({ links }: Link): Link | undefined {
    if (by === "names") return bySubject.get(links.issuer)?.[0];
    let fallback: Link | undefined;
    for (const candidate of bySubject.get(links.issuer) ?? []) {
      const { subjectKeyId } = candidate.links;
      if (links.authorityKeyId === undefined) return candidate;
      if (subjectKeyId === links.authorityKeyId) return candidate;
      if (subjectKeyId === undefined) fallback = candidate;
    }
    return fallback;
  }

  /** A self-signed certificate mostly finds itself; its signature matters only beside a namesake. */
  function isLast({ links }: Link): boolean {
    return by === "names" ? links.subject === links.issuer : isSelfSigned(links);
  }

  return {
    chainOf(leaf) {
      const chain: SafeBag[] = [];
      const seen = new Set<string>();
      let link = linkOf.get(leaf);
      while (link !== undefined) {
        chain.push(link.bag);
        seen.add(bytesKey(link.links.der));
        const issuer = findIssuer(link);
        if (issuer === undefined || seen.has(bytesKey(issuer.links.der)) || isLast(link)) break;
        link = issuer;
      }
      return chain;
    },
  };
}
