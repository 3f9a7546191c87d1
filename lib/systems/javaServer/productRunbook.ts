import type { IHost } from "../../constructs";
import { pathsOf } from "../../constructs/host";
import type { RunbookStep } from "../../model";
import { copyOfRun, shellQuote } from "../../text";
import type { JavaProduct, JettyProduct, KafkaProduct, TomcatProduct } from "./javaProduct";

/** What the runbook of a Java server says of its product. */
export interface ProductRunbook {
  /** As the product's own installer or pages call its service; undefined where they call it nothing. */
  readonly service?: string;
  /** The site's own files that the product's steps change. */
  readonly covers: readonly string[];
  /** What makes the product read the files that `configuration` wrote. */
  readonly includes: readonly RunbookStep[];
  /** What is done before the files go back, because it is in none of them. */
  readonly excludes: readonly RunbookStep[];
  /** What the log says where it came up. */
  readonly log?: string;
  readonly unproven: readonly string[];
}

/**
 * @param path the path that `configuration` was given; undefined where it was not called
 */
export function productRunbook(
  host: IHost,
  product: JavaProduct,
  path: string | undefined,
  port: number,
): ProductRunbook {
  switch (product.kind) {
    case "tomcat":
      return tomcat(host, product, path, port);
    case "jetty":
      return jetty(host, product, path);
    case "spring-boot":
      return springBoot(host, path, port);
    case "kafka":
      return kafka(host, product, path, port);
  }
}

const PROPERTY_SOURCE =
  "org.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource";

/** `server.xml` and `catalina.properties` are in one folder, from which `server.xml` includes an entity. */
function tomcat(
  host: IHost,
  { version }: TomcatProduct,
  path: string | undefined,
  port: number,
): ProductRunbook {
  const paths = pathsOf(host);
  const beside = (name: string) => paths.join(paths.dirname(path ?? ""), name);
  const [serverXml, properties] = [beside("server.xml"), beside("catalina.properties")];
  const entity = path === undefined ? "" : encodeURI(paths.basename(path));
  return {
    service: host.platform === "windows" ? `Tomcat${version}` : `tomcat${version}`,
    covers: path === undefined ? [] : [serverXml, properties],
    includes:
      path === undefined
        ? []
        : [
            {
              text: `Include the connector in \`${serverXml}\`, where it is not yet: before \`<Server\` the line \`<!DOCTYPE Server [<!ENTITY trust SYSTEM "${entity}">]>\`, and before \`<Engine\` the line \`&trust;\`. Comment out every other connector of port ${port}.`,
              command: shown(host, ["trust"], serverXml),
              check: "It shows both lines, each once, and neither is in a comment.",
            },
            {
              text: `Let Tomcat take passwords from its environment: the line \`${PROPERTY_SOURCE}\` in \`${properties}\`, where it is not yet. Where that key names other classes already, add this one after a comma.`,
              command: shown(host, ["PROPERTY_SOURCE"], properties),
              check: "It shows one line, and that names `EnvironmentPropertySource`.",
            },
          ],
    excludes: [],
    log: `\`Starting ProtocolHandler ["https-jsse-nio-${port}"]\`, and nothing of \`Failed to initialize component\``,
    unproven: [],
  };
}

/** Jetty reads all of `start.d`. */
function jetty(host: IHost, { version }: JettyProduct, path: string | undefined): ProductRunbook {
  const paths = pathsOf(host);
  const folder = paths.join(path ?? "", "start.d");
  return {
    service: "jetty",
    covers: [],
    includes:
      path === undefined
        ? []
        : [
            {
              text: `Look for other files of \`${folder}\` that speak of TLS. Jetty reads all of them; \`trust-ssl.ini\` enables \`https\` and sets port and stores by itself.`,
              command: shown(
                host,
                ["ssl"],
                host.platform === "windows" ? paths.join(folder, "*.ini") : folder,
              ),
              check:
                "No file but `trust-ssl.ini` sets `jetty.ssl.port` or names another XML file for `sslContextFactory`. Where one does, ask whoever owns it.",
            },
          ],
    excludes: [],
    log: "that a `ServerConnector` with `{SSL` is started, and no exception",
    unproven:
      version === 10 || version === 11 ? [`Jetty ${version} was not run here; 9.4 and 12.0 were.`] : [],
  };
}

function springBoot(host: IHost, path: string | undefined, port: number): ProductRunbook {
  const imported = `spring.config.import=file:${path?.replaceAll("\\", "/") ?? ""}`;
  return {
    covers: [],
    includes:
      path === undefined
        ? []
        : [
            {
              text: `Let the application import the file, where it does not yet: \`${imported}\` in its own \`application.properties\`, as YAML in \`application.yaml\`. Where it imports others already, add this one after a comma.`,
              check: "The application's own file names the import once.",
            },
          ],
    excludes:
      path === undefined
        ? []
        : [
            {
              text: "Look whether the imported file was new in this run. Where it was, take it out of `spring.config.import` again: the application does not start without a file that it is to import.",
              command:
                host.platform === "windows"
                  ? `if exist ${copyOfRun(host.platform, path, "absent")} echo it was new`
                  : `if test -e ${copyOfRun(host.platform, path, "absent")}; then echo "it was new"; fi`,
              check: "Where it says `it was new`, the application's own file names it no more.",
            },
          ],
    log: `that its web server started on port ${port} (https)`,
    unproven: ["Spring Boot was not run here: the import and the restart follow its documentation."],
  };
}

function kafka(host: IHost, product: KafkaProduct, path: string | undefined, port: number): ProductRunbook {
  const { passwordFile, listener = "of TLS", configProviders = "ours" } = product;
  const [name, type] =
    passwordFile === undefined ? ["env", "EnvVarConfigProvider"] : ["file", "FileConfigProvider"];
  const provider =
    configProviders === "ours"
      ? ""
      : `, and \`${name}\` among them, whose class is \`org.apache.kafka.common.config.provider.${type}\``;
  return {
    service: "kafka",
    covers: passwordFile === undefined ? [] : [passwordFile],
    includes:
      path === undefined
        ? []
        : [
            {
              text: `See that \`${path}\` has the listener ${listener} on port ${port}: \`listeners\` names it, and \`listener.security.protocol.map\` maps it to \`SSL\` or \`SASL_SSL\` unless it is called so. Where it has none, whoever owns the file adds it.`,
              command: shown(host, ["listener"], path),
              check: `A listener of port ${port} speaks TLS.`,
            },
            {
              text: `See that \`config.providers\` in \`${path}\` names all providers that values refer to${provider}.`,
              command: shown(host, ["config.providers", "${"], path),
              check: "Each `${name:…}` has its name in `config.providers`.",
            },
          ],
    excludes: [],
    log: "`started` of `KafkaServer` or `KafkaRaftServer`, and no `ConfigException`",
    unproven: ["Kafka was not run here: its settings and the restart follow its documentation."],
  };
}

/** Lines that hold one of some words; on POSIX those of all files below a folder, too. */
function shown({ platform }: IHost, words: readonly string[], place: string): string {
  const file = shellQuote(platform, place);
  return platform === "windows"
    ? `findstr ${words.map((word) => `/c:"${word}"`).join(" ")} ${file}`
    : `grep -rF ${words.map((word) => `-e '${word}'`).join(" ")} ${file} || true`;
}
