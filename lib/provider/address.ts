/**
 * Host of the provider addresses. The top-level domain `invalid` never resolves (RFC 2606, section 2), so
 * that nobody can serve another provider under these names.
 */
export const PROVIDER_HOST = "cdktf-trust.invalid";

export const PROVIDER_NAMESPACE = "cdktf-trust";

/** What the package serves; both are one program, which goes by the name that Terraform starts it under. */
export const PROVIDER_TYPES = ["trust", "null"] as const;

export type ProviderType = (typeof PROVIDER_TYPES)[number];

/** Source addresses for `required_providers`. */
export const TRUST_PROVIDER_SOURCE = `${PROVIDER_HOST}/${PROVIDER_NAMESPACE}/trust`;
export const EMBEDDED_NULL_PROVIDER_SOURCE = `${PROVIDER_HOST}/${PROVIDER_NAMESPACE}/null`;

/** The program's name in a provider's folder, as Terraform looks for it. */
export function programName(type: ProviderType, version: string): string {
  return `terraform-provider-${type}_v${version}`;
}

/** Node would take a program without an extension for a module where a package above says so; this lies beside it. */
export const COMMON_JS_PACKAGE = '{ "type": "commonjs" }\n';
