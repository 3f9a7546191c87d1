import type { IConstruct } from "constructs";
import type { Certificate, Secret } from "../../constructs";
import { noAuthenticationFor } from "../errors";
import type { IntegrationServerKeystore } from "./integrationServerStores";

/** A client certificate, presented from a keystore alias and key alias. */
export interface CertificateAuthentication {
  readonly kind: "certificate";
  readonly keystore: IntegrationServerKeystore;
  readonly keyAlias: string;
  readonly certificate: Certificate;
}

/** User and password. */
export interface BasicAuthentication {
  readonly kind: "basic";
  readonly user: string;
  readonly password: Secret;
}

/** Another authentication in each environment. */
export interface EnvironmentAuthentication {
  readonly kind: "environments";
  readonly environments: Readonly<Record<string, CertificateAuthentication | BasicAuthentication>>;
}

export type CallAuthentication = CertificateAuthentication | BasicAuthentication | EnvironmentAuthentication;

/** Factories of how an Integration Server says who it is when it calls. */
export const Authentication = {
  certificate(options: Omit<CertificateAuthentication, "kind">): CertificateAuthentication {
    return { kind: "certificate", ...options };
  },

  basic(user: string, password: Secret): BasicAuthentication {
    return { kind: "basic", user, password };
  },

  /** For example basic authentication in `dev` and `tst`, a certificate in `qa` and `prod`, in one declaration. */
  perEnvironment(environments: EnvironmentAuthentication["environments"]): EnvironmentAuthentication {
    return { kind: "environments", environments };
  },
};

/**
 * The authentication that applies where `scope` is synthesised; the environment is the context's (`local` by default).
 *
 * @throws SystemError `no-authentication`
 */
export function authenticationFor(
  scope: IConstruct,
  authentication: CallAuthentication,
): CertificateAuthentication | BasicAuthentication {
  if (authentication.kind !== "environments") return authentication;
  const context: unknown = scope.node.tryGetContext("environment");
  const environment = typeof context === "string" ? context : "local";
  const found = authentication.environments[environment];
  if (found === undefined) {
    throw noAuthenticationFor(scope.node.path, environment, Object.keys(authentication.environments));
  }
  return found;
}
