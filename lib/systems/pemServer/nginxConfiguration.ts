import { domainToASCII } from "node:url";
import type { ClientAuthentication } from "../../model";
import { nginxQuote } from "../../text";

export interface NginxSettings {
  readonly names: readonly string[];
  readonly port: number;
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly passwordFile: string;
  readonly clientAuthentication: ClientAuthentication;
  /** Whether it answers clients that ask for no name that the port has. @default - nginx's: the first block */
  readonly isDefault?: boolean;
  /** What client certificates are checked against. @default - none is asked for */
  readonly clients?: { readonly anchorsPath: string; readonly verifyDepth: number };
}

/**
 * Directives of nginx's `ngx_http_ssl_module` for a `server` block.
 *
 * `ssl_verify_depth` counts intermediates alone: neither the client's certificate nor, from OpenSSL 1.1 on, the root, so
 * that nginx's own default of 1 takes leaf, intermediate and root (`SSL_CTX_set_verify_depth(3)`).
 */
export function nginxConfiguration(settings: NginxSettings): string {
  const verification = { none: "off", request: "optional", require: "on" } as const;
  return [
    "# TLS of this server; include it in a server block.",
    `listen ${settings.port} ssl${settings.isDefault === true ? " default_server" : ""};`,
    `server_name ${settings.names.map(serverName).join(" ")};`,
    `ssl_certificate ${nginxQuote(settings.certificatePath)};`,
    `ssl_certificate_key ${nginxQuote(settings.keyPath)};`,
    `ssl_password_file ${nginxQuote(settings.passwordFile)};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    ...(settings.clients === undefined
      ? []
      : [
          `ssl_client_certificate ${nginxQuote(settings.clients.anchorsPath)};`,
          `ssl_verify_client ${verification[settings.clientAuthentication]};`,
          "# Intermediates of a client's chain; nginx itself takes 1 where nothing is said.",
          `ssl_verify_depth ${settings.clients.verifyDepth};`,
        ]),
    "",
  ].join("\n");
}

/** As clients ask for it; an address is nobody's server name, and stands as it is. */
function serverName(name: string): string {
  return nginxQuote(domainToASCII(name) || name);
}
