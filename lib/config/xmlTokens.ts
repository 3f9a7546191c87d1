import { ConfigError } from "./errors";
import { lineNumber } from "./text";

/** A start tag, or an empty-element tag. Offsets are into the text. */
export interface StartTag {
  /** Without its prefix. */
  readonly localName: string;
  readonly start: number;
  /** After the last attribute, or after the name where there is none: where another attribute goes. */
  readonly attributesEnd: number;
  readonly attributes: readonly Attribute[];
}

/** `before name equals quote value quote`, each part as it stands in the file. */
export interface Attribute {
  /** With its prefix. */
  readonly name: string;
  /** Start of the white space before the name. */
  readonly start: number;
  readonly nameStart: number;
  /** The equals sign and the white space around it. */
  readonly equals: string;
  readonly quote: string;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** After the closing quote. */
  readonly end: number;
}

const namePattern = /[\p{L}_:][\p{L}\p{M}\p{N}_:.\-\u{B7}\u{203F}\u{2040}]*/uy;
const spacePattern = /[ \t\r\n]*/y;

/**
 * Finds the start tags of an XML document (XML 1.0, fifth edition), and nothing that only looks like one in a
 * comment, a CDATA section, a processing instruction or the document type declaration.
 *
 * Checks what it must know to be right about that: tags that match, attributes that are quoted and given once,
 * one root. Content is left to the product's own parser.
 *
 * @param text - without byte order mark
 */
export function findStartTags(text: string): StartTag[] {
  return new XmlScanner(text).scan();
}

/** Whether a text can be the name of an element or attribute (XML 1.0, production 5, letters and digits as Unicode has them). */
export function isXmlName(text: string): boolean {
  namePattern.lastIndex = 0;
  return namePattern.exec(text)?.[0] === text;
}

class XmlScanner {
  readonly #text: string;
  readonly #tags: StartTag[] = [];
  readonly #open: { name: string; start: number }[] = [];
  #offset = 0;
  #roots = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): StartTag[] {
    while (this.#offset < this.#text.length) {
      if (this.#text.startsWith("<", this.#offset)) this.#markup();
      else this.#characters();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#wrong(`<${unclosed.name}> is never closed`, unclosed.start);
    if (this.#roots === 0) throw this.#wrong("there is no element in it", 0);
    return this.#tags;
  }

  #markup(): void {
    if (this.#skip("<!--", "-->", "a comment")) return;
    if (this.#skip("<?", "?>", "a processing instruction")) return;
    if (this.#open.length > 0 && this.#skip("<![CDATA[", "]]>", "a CDATA section")) return;
    if (this.#text.startsWith("<!DOCTYPE", this.#offset)) this.#documentType();
    else if (this.#text.startsWith("</", this.#offset)) this.#endTag();
    else this.#startTag();
  }

  #characters(): void {
    const next = this.#text.indexOf("<", this.#offset);
    const end = next < 0 ? this.#text.length : next;
    if (this.#open.length === 0 && this.#text.slice(this.#offset, end).trim() !== "") {
      throw this.#wrong("there is text outside the root element", this.#offset);
    }
    this.#offset = end;
  }

  #skip(opening: string, closing: string, what: string): boolean {
    if (!this.#text.startsWith(opening, this.#offset)) return false;
    const end = this.#text.indexOf(closing, this.#offset + opening.length);
    if (end < 0) throw this.#wrong(`${what} is never closed`, this.#offset);
    this.#offset = end + closing.length;
    return true;
  }

  /** `<!DOCTYPE name external-id [ internal subset ]>`: quoted literals, comments and instructions hide anything. */
  #documentType(): void {
    const start = this.#offset;
    if (this.#roots > 0) throw this.#wrong("a document type declaration follows the root element", start);
    let insideSubset = false;
    this.#offset += "<!DOCTYPE".length;
    while (this.#offset < this.#text.length) {
      const character = this.#text.charAt(this.#offset);
      if (insideSubset && this.#skip("<!--", "-->", "a comment")) continue;
      if (insideSubset && this.#skip("<?", "?>", "a processing instruction")) continue;
      if (character === '"' || character === "'") {
        this.#skip(character, character, "a quoted literal");
        continue;
      }
      this.#offset += 1;
      if (character === "[") insideSubset = true;
      else if (character === "]") insideSubset = false;
      else if (character === ">" && !insideSubset) return;
    }
    throw this.#wrong("the document type declaration is never closed", start);
  }

  #endTag(): void {
    const start = this.#offset;
    this.#offset += "</".length;
    const name = this.#name("an end tag");
    this.#space();
    this.#expect(">", `the end tag </${name}`);
    const opened = this.#open.pop();
    if (opened === undefined) throw this.#wrong(`</${name}> closes nothing`, start);
    if (opened.name !== name) {
      const line = lineNumber(this.#text, opened.start);
      throw this.#wrong(`</${name}> stands where <${opened.name}> of line ${line} must be closed`, start);
    }
  }

  #startTag(): void {
    const start = this.#offset;
    this.#offset += "<".length;
    const name = this.#name("a tag");
    const attributes = this.#attributes(name);
    const attributesEnd = attributes.at(-1)?.end ?? start + 1 + name.length;
    if (this.#open.length === 0) {
      if (this.#roots > 0) throw this.#wrong(`<${name}> is a second root element`, start);
      this.#roots += 1;
    }
    if (this.#text.startsWith("/", this.#offset)) this.#offset += 1;
    else this.#open.push({ name, start });
    this.#expect(">", `the tag <${name}`);
    this.#tags.push({ localName: name.slice(name.indexOf(":") + 1), start, attributesEnd, attributes });
  }

  #attributes(element: string): Attribute[] {
    const attributes: Attribute[] = [];
    for (;;) {
      const start = this.#offset;
      this.#space();
      const nameStart = this.#offset;
      if (/[/>]/.test(this.#text.charAt(nameStart)) || nameStart >= this.#text.length) return attributes;
      if (nameStart === start)
        throw this.#wrong(`<${element}> needs white space before the next attribute`, start);
      const name = this.#name(`an attribute of <${element}>`);
      if (attributes.some((other) => other.name === name)) {
        throw this.#wrong(`<${element}> has the attribute ${name} twice`, nameStart);
      }
      attributes.push({ name, start, nameStart, ...this.#value(`${name} of <${element}>`) });
    }
  }

  #value(what: string): Omit<Attribute, "name" | "start" | "nameStart"> {
    const equalsStart = this.#offset;
    this.#space();
    this.#expect("=", `the attribute ${what}`);
    this.#space();
    const equals = this.#text.slice(equalsStart, this.#offset);
    const quote = this.#text.charAt(this.#offset);
    if (quote !== '"' && quote !== "'") throw this.#wrong(`the value of ${what} is not quoted`, this.#offset);
    const valueStart = this.#offset + 1;
    const valueEnd = this.#text.indexOf(quote, valueStart);
    const less = this.#text.indexOf("<", valueStart);
    if (valueEnd < 0 || (less >= 0 && less < valueEnd)) {
      throw this.#wrong(`the value of ${what} is not closed before the next "<"`, valueStart);
    }
    this.#offset = valueEnd + 1;
    return { equals, quote, valueStart, valueEnd, end: this.#offset };
  }

  #name(what: string): string {
    namePattern.lastIndex = this.#offset;
    const [name] = namePattern.exec(this.#text) ?? [];
    if (name === undefined) throw this.#wrong(`${what} has no name`, this.#offset);
    this.#offset += name.length;
    return name;
  }

  #space(): void {
    spacePattern.lastIndex = this.#offset;
    this.#offset += spacePattern.exec(this.#text)?.[0].length ?? 0;
  }

  #expect(character: string, what: string): void {
    if (!this.#text.startsWith(character, this.#offset)) {
      throw this.#wrong(`${what} lacks "${character}"`, this.#offset);
    }
    this.#offset += 1;
  }

  #wrong(what: string, offset: number): ConfigError {
    return new ConfigError(
      "xml-syntax",
      `not well-formed XML, line ${lineNumber(this.#text, offset)}: ${what}. Correct the file; the product cannot read it either.`,
    );
  }
}
