import type { ClientAuthentication } from "../../model";
import { nginxQuote } from "../../text";

export interface NginxSettings {
  readonly names: readonly string[];
  readonly port: number;
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly passwordFile: string;
  readonly clientAuthentication: ClientAuthentication;
  /** What client certificates are checked against. @default - none is asked for */
  readonly clients?: { readonly anchorsPath: string; readonly verifyDepth: number };
}

/** Directives of nginx's `ngx_http_ssl_module` for a `server` block. */
export function nginxConfiguration(settings: NginxSettings): string {
  const verification = { none: "off", request: "optional", require: "on" } as const;
  return [
    "# TLS of this server; include it in a server block.",
    `listen ${settings.port} ssl;`,
    `server_name ${settings.names.map(nginxQuote).join(" ")};`,
    `ssl_certificate ${nginxQuote(settings.certificatePath)};`,
    `ssl_certificate_key ${nginxQuote(settings.keyPath)};`,
    `ssl_password_file ${nginxQuote(settings.passwordFile)};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    ...(settings.clients === undefined
      ? []
      : [
          `ssl_client_certificate ${nginxQuote(settings.clients.anchorsPath)};`,
          `ssl_verify_client ${verification[settings.clientAuthentication]};`,
          "# nginx counts intermediates too; its own default of 1 allows none.",
          `ssl_verify_depth ${settings.clients.verifyDepth};`,
        ]),
    "",
  ].join("\n");
}
