import { TrustError } from "../../model";

/** What the provider cannot do, in words for the person who runs Terraform. */
export class ProviderError extends TrustError {}

/** The program was started by hand. */
export function notStartedByTerraform(): ProviderError {
  return new ProviderError(
    "not-started-by-terraform",
    "This program is a Terraform provider: Terraform starts it. Run terraform in a directory whose " +
      "configuration requires it.",
  );
}

/** Terraform is too old (or too new) for the protocol spoken here. */
export function unsupportedProtocol(offered: string): ProviderError {
  return new ProviderError(
    "unsupported-protocol",
    `Terraform offers plugin protocol ${offered}, this provider speaks 6. Use Terraform 1.11 or later.`,
  );
}

/** A configuration or state names a type that this provider does not have. */
export function unknownType(typeName: string, known: readonly string[]): ProviderError {
  return new ProviderError("unknown-type", `This provider has no ${typeName}; it has ${known.join(", ")}.`);
}

/** A value on the wire does not have the type that the schema gives it. */
export function wrongValue(where: string, wanted: string): ProviderError {
  return new ProviderError("wrong-value", `${where} should be ${wanted}.`);
}

/** Terraform was interrupted before this step began. */
export function stopped(): ProviderError {
  return new ProviderError(
    "stopped",
    "Terraform was interrupted, so this change was not begun. Apply again to continue.",
  );
}

/** A resource that cannot be taken over by `terraform import`. */
export function notImportable(typeName: string): ProviderError {
  return new ProviderError("not-importable", `${typeName} cannot be imported.`);
}
