/** What steers a terminal, hides, or reorders what a person reads: control, format and ignorable characters, line and paragraph separators, lone surrogates. */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text with every character that a person would not see, or would be deceived by, as an escape such as `\u{202e}`. */
export function visible(text: string, kept = ""): string {
  return text.replace(HIDDEN, (character) =>
    kept.includes(character) ? character : `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}
