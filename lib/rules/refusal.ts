import { RULES, type RuleId } from "./catalogue";

/** Why a side refuses the other, in the operator's words. */
export interface Refusal {
  readonly rule: RuleId;
  /** What was found, with the texts that products log. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** Which of a rule's log texts a message quotes, and with what in them. */
export interface Quotation {
  /** Stands where the texts have `…`. @default - the texts stand as they are */
  readonly about?: string;
  /** Only texts with this in them are quoted. @default - all */
  readonly of?: string;
}

/**
 * Puts a rule's words together: what was found, the log texts that betray it, and what to do.
 *
 * @param facts what was found in this case, as a sentence without its end
 * @param remedy where the case knows better than the catalogue
 * @param quotation which of the rule's log texts are quoted, all by default
 */
export function refusal(
  rule: RuleId,
  facts: string,
  remedy: string = RULES[rule].remedy,
  quotation: Quotation | "none" = {},
): Refusal {
  const quoted = quotation === "none" ? "" : quotedTexts(rule, quotation);
  return { rule, message: quoted === "" ? facts : `${facts} (${quoted})`, remedy };
}

function quotedTexts(rule: RuleId, { about = "…", of = "" }: Quotation): string {
  return (RULES[rule].says ?? [])
    .filter((text) => text.includes(of))
    .map((text) => `"${text.replace("…", () => about)}"`)
    .join(", ");
}
