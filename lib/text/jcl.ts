import { unquotable } from "./errors";

/** Columns of a card that JCL and TSO read; what follows is a number or is cut off. */
const COLUMNS = 71;

/**
 * Quotes text as one string of a TSO command, such as a label of RACDCERT.
 *
 * @throws TextError `unquotable` for what EBCDIC has no sure place for, and for more than `longest` characters
 */
export function tsoQuote(text: string, longest: number): string {
  if (text === "" || !/^[ -~]+$/.test(text))
    throw unquotable(text, "a TSO command", "characters outside ASCII, and give at least one");
  if (text.length > longest) throw unquotable(text, "a TSO command", `what is beyond ${longest} characters`);
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A user id, or the name of a ring, as RACF takes it without quotes.
 *
 * @throws TextError `unquotable`
 */
export function racfName(name: string, longest: number): string {
  if (!/^[A-Za-z0-9#$@._-]+$/.test(name) || name.length > longest)
    throw unquotable(name, "a RACF command", `all but letters, digits, #, $, @, . and -, up to ${longest}`);
  return name;
}

/**
 * The name of a data set.
 *
 * @throws TextError `unquotable`
 */
export function dataSetName(name: string): string {
  if (name.length > 44 || !/^[A-Z#$@][A-Z0-9#$@-]{0,7}(?:\.[A-Z#$@][A-Z0-9#$@-]{0,7})+$/.test(name))
    throw unquotable(
      name,
      "JCL as a data set",
      "all but qualifiers of up to 8 upper-case characters, 44 in all",
    );
  return name;
}

/**
 * Cards of JCL, or of commands in its stream.
 *
 * @throws TextError `unquotable` for one that is longer than what is read of it
 */
export function jclCards(cards: readonly string[]): string {
  for (const card of cards)
    if (card.length > COLUMNS || !/^[ -~]*$/.test(card))
      throw unquotable(card, "a card of JCL", `characters outside ASCII and beyond column ${COLUMNS}`);
  return `${cards.join("\n")}\n`;
}
