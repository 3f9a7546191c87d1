import type { MapCaller, MapCertificate, MapData, MapEndpoint, MapHop } from "./data/mapData";

/** The numbers under which drawing, tables and script know the parts of a map. */
export class MapNumbers {
  readonly certificates: readonly MapCertificate[];
  readonly callers: readonly MapCaller[];
  readonly endpoints: readonly MapEndpoint[];
  private readonly ofHop: ReadonlyMap<MapHop, number>;
  private readonly ofCertificate: ReadonlyMap<string, number>;
  private readonly ofCaller: ReadonlyMap<string, number>;
  private readonly ofEndpoint: ReadonlyMap<string, number>;

  constructor({ hops, endings, authorities, branches }: MapData) {
    const certificates = [
      ...endings.map(({ certificate }) => certificate),
      ...authorities.map(({ certificate }) => certificate),
      ...hops.flatMap(({ needs }) => needs),
    ];
    this.certificates = [...new Map(certificates.map((each) => [each.sha256, each])).values()];
    this.callers = [...new Map(hops.map(({ caller }) => [caller.key, caller])).values()];
    this.endpoints = branches.flatMap(({ issuers }) => issuers.flatMap(({ endpoints }) => endpoints));
    this.ofHop = numbered(hops, (hop) => hop);
    this.ofCertificate = numbered(this.certificates, ({ sha256 }) => sha256);
    this.ofCaller = numbered(this.callers, ({ key }) => key);
    this.ofEndpoint = numbered(this.endpoints, ({ key }) => key);
  }

  hop(hop: MapHop): number {
    return this.ofHop.get(hop) ?? -1;
  }

  certificate({ sha256 }: MapCertificate): number {
    return this.ofCertificate.get(sha256) ?? -1;
  }

  caller({ key }: MapCaller): number {
    return this.ofCaller.get(key) ?? -1;
  }

  endpoint({ key }: MapEndpoint): number {
    return this.ofEndpoint.get(key) ?? -1;
  }
}

function numbered<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, number> {
  return new Map(items.map((item, number) => [keyOf(item), number]));
}
