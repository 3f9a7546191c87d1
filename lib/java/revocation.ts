import type { Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";
import type { RevocationRules } from "./javaRules";

/**
 * What a Java would look up about the certificates of a path where revocation is switched on (JDK class
 * `RevocationChecker`); nothing is asked here.
 *
 * @param path without the anchor
 */
export function revocationOf(path: readonly Certificate[], rules: RevocationRules): Refusal[] {
  if (!rules.isChecked) return [];
  return path.map((certificate) => {
    const { responders, lists } = certificate.revocationSources;
    const asked = [...(rules.asksResponders ? responders : []), ...(rules.fetchesLists ? lists : [])];
    if (asked.length > 0) {
      return refusal(
        "revocation-looked-up",
        `whether ${certificate.toString()} is revoked is asked of ${asked.join(", ")}`,
      );
    }
    const named = [...responders, ...lists];
    const where =
      named.length === 0 ? "names no such place" : `names ${named.join(", ")} only, which is not asked`;
    return refusal(
      "revocation-unknown",
      `whether ${certificate.toString()} is revoked is looked up, and it ${where}`,
    );
  });
}
