import { TrustError } from "../model/trustError";

/** A product's file, or a setting for it, that cannot be worked with; names lines of the file. */
export class ConfigError extends TrustError {
  constructor(code: ConfigErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.name = "ConfigError";
  }
}

export type ConfigErrorCode =
  | "encoding"
  | "xml-syntax"
  | "xml-element"
  | "xml-value"
  | "property-syntax"
  | "property-value"
  | "line-pattern"
  | "line-pattern-slow"
  | "line-ambiguous"
  | "line-value"
  | "settings-mixed"
  | "setting-repeated"
  | "stdenv";
