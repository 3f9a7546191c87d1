import type { Construct } from "constructs";
import { ConfigFile, type IHost, TrustFile } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import type { JavaProduct } from "./javaProduct";
import type { JavaTlsSettings } from "./javaTlsSettings";
import { jettyIni, jettyXml } from "./jetty";
import { kafkaBrokerSettings } from "./kafka";
import { springBootFile } from "./springBoot";
import { tomcatConnector } from "./tomcat";

/** Where a product's files go. */
export interface ConfigurationPlace {
  readonly scope: Construct;
  readonly host: IHost;
  readonly product: JavaProduct;
  /** A file, or for Jetty its base. */
  readonly path: string;
}

/** Declares the files of a product, and gives them. */
export function writeConfiguration(
  { scope, host, product, path }: ConfigurationPlace,
  settings: () => JavaTlsSettings,
): Construct[] {
  const file = (id: string, at: string, text: (of: JavaTlsSettings) => string) =>
    new TrustFile(scope, id, { host, path: at, content: { text: () => text(settings()) } });
  switch (product.kind) {
    case "tomcat":
      return [file("Tomcat", path, tomcatConnector)];
    case "jetty": {
      const { version } = product;
      const inBase = (...names: string[]) => pathsOf(host).join(path, ...names);
      return [
        file("JettyIni", inBase("start.d", "trust-ssl.ini"), (of) => jettyIni(of, version)),
        file("Jetty", inBase("etc", "trust-ssl.xml"), (of) => jettyXml(of, version)),
      ];
    }
    case "spring-boot":
      return [file("SpringBoot", path, (of) => springBootFile(of, product.version, path))];
    case "kafka":
      return [
        new ConfigFile(scope, "Kafka", { host, path, settings: kafkaBrokerSettings(settings(), product) }),
      ];
  }
}
