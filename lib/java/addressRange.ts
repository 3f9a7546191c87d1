import { parseIpAddress } from "../pki/ipAddress";

/** Addresses that share what a mask leaves of them. */
export interface AddressRange {
  readonly network: Uint8Array;
  readonly mask: Uint8Array;
}

/** Reads `10.0.0.0/8`, or a mask with holes as in `10.0.0.0/255.0.255.0`; undefined for anything else. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = "", bits = ""] = text.split("/");
  const network = parseIpAddress(address);
  if (network === undefined) return undefined;
  return { network, mask: parseIpAddress(bits) ?? maskOf(Number(bits), network.length) };
}

/** As JDK class `IPAddressName` compares: octet by octet, the network's own bits beyond its mask included. */
export function holdsAddress({ network, mask }: AddressRange, address: Uint8Array): boolean {
  return (
    address.length === network.length &&
    address.every((octet, index) => (octet & (mask[index] ?? 0)) === network[index])
  );
}

/** Whether all of a range is in another. */
export function isWithin(inner: AddressRange | undefined, outer: AddressRange | undefined): boolean {
  if (inner === undefined || outer === undefined || inner.network.length !== outer.network.length)
    return false;
  return outer.mask.every((bits, index) => {
    const [innerBits = 0, ours = 0, theirs = 0] = [
      inner.mask[index],
      inner.network[index],
      outer.network[index],
    ];
    return (bits & innerBits) === bits && (bits & ours) === (bits & theirs);
  });
}

function maskOf(bits: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 0xff00 >> Math.min(8, Math.max(0, bits - 8 * index)));
}
