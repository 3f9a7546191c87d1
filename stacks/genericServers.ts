import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  type JavaProduct,
  JavaServer,
  Jetty,
  PemServer,
  RestClient,
  Secret,
  Tomcat,
  TrustStack,
} from "../lib";

/** A REST client calls nginx, a service calls Tomcat, and all of them present certificates. */
export class GenericServersStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Services CA" });
    const web = new PemServer(this, "Web", {
      host: Host.local("web"),
      names: ["web.example.com"],
      port: 8443,
      directory: "/etc/nginx/tls",
      certificate: Certificate.issuedBy(authority),
      keyPassword: Secret.file(".local/secrets/web-key"),
      clientAuthentication: "require",
    });
    const reports = new RestClient(this, "Reports", {
      host: Host.local("reports"),
      directory: "/home/reports/tls",
      keyPassword: Secret.file(".local/secrets/reports-key"),
    });
    // The id names the files, as on the first deploy.
    reports.calls(web, { as: Certificate.issuedBy(authority), id: "reports" });

    const stock = this.javaServer("stock", authority, Tomcat.version(10));
    stock.configuration("/opt/tomcat/conf/trust-connector.xml");
    stock.trusts("clients", authority);
    const shop = this.javaServer("shop", authority, Jetty.version(9));
    shop.configuration("/opt/jetty-base");
    shop.trusts("clients", authority);
    // One key in the store, because Java would choose among several by the hash of their aliases.
    shop.calls(stock, { as: shop.identity });
  }

  private javaServer(name: string, authority: CertificateAuthority, product: JavaProduct): JavaServer {
    return new JavaServer(this, name, {
      product,
      host: Host.local(name),
      names: [`${name}.example.com`],
      port: 8443,
      keystorePath: `/etc/${name}/keystore.p12`,
      keystorePassword: Secret.file(`.local/secrets/${name}-stores`),
      alias: name,
      certificate: Certificate.issuedBy(authority),
      clientAuthentication: "require",
      truststorePath: `/etc/${name}/truststore.p12`,
    });
  }
}
