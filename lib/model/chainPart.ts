/** Which certificate of an identity's chain is meant. */
export type ChainPart = "anchor" | "issuer" | "leaf";

/** An identity's certificates, as bytes or as what is known of them. */
export interface AnchoredChain<Certificate> {
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  /** What others must trust to accept the identity. */
  readonly anchor: Certificate;
}

/** The certificate of a chain that is meant; an issuer that is not in the chain is its anchor. */
export function certificateAt<Certificate>(
  { chain, anchor }: AnchoredChain<Certificate>,
  part: ChainPart,
): Certificate {
  if (part === "anchor") return anchor;
  const [leaf = anchor, issuer = anchor] = chain;
  return part === "leaf" ? leaf : issuer;
}
