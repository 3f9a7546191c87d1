import { countInvisibleBags, type Store } from "../keystore";
import { refusal, type Refusal } from "../rules";

/** What a PKCS12 file holds and Java does not show. */
export function invisibleBags(store: Store): Refusal[] {
  const { certificates, plainKeys } = countInvisibleBags(store);
  const reasons: Refusal[] = [];
  if (certificates > 0) {
    const facts = `${counted(certificates, "certificate lacks", "certificates lack")} the attribute that makes Java trust them, and Java does not show them`;
    reasons.push(refusal("invisible-certificate", facts));
  }
  if (plainKeys > 0) {
    const facts = `${counted(plainKeys, "key is", "keys are")} not encrypted, and Java passes over them`;
    reasons.push(refusal("invisible-key", facts));
  }
  return reasons;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
