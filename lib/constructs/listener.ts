import type { Construct } from "constructs";
import type { ClientAuthentication } from "../model";
import type { CertificateUse } from "./certificateUse";
import { invalidPort, missingTruststore, noNames } from "./errors";
import { subjectAltName } from "./names";

/** What is declared of an HTTPS listener, wherever its identity stands. */
interface ListenerProps {
  readonly names: readonly string[];
  readonly port: number;
  readonly clientAuthentication?: ClientAuthentication;
}

interface Listener {
  readonly clientAuthentication: ClientAuthentication;
  /** How its certificate is used: names that are not declared otherwise are the listener's. */
  readonly use: CertificateUse;
}

/**
 * Checks what every HTTPS listener declares.
 *
 * @param trusts whether it is told which client certificates to accept
 * @throws DeclarationError `invalid-port`, `no-names`, `invalid-name`, `missing-truststore`
 */
export function checkedListener(scope: Construct, props: ListenerProps, trusts: boolean): Listener {
  const { names, port, clientAuthentication = "none" } = props;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalidPort(port);
  const [canonicalName] = names;
  if (canonicalName === undefined) throw noNames(scope.node.path);
  names.forEach(subjectAltName);
  if (clientAuthentication !== "none" && !trusts)
    throw missingTruststore(scope.node.path, clientAuthentication);
  return {
    clientAuthentication,
    use: { purpose: "serverAuth", defaultCommonName: canonicalName, defaultNames: names },
  };
}
