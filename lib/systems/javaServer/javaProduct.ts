import { type PropShapes, choice, ofKind, optional, requireProps, text } from "../../constructs/props";
import type { AliasChooser, JavaRuntimePlan } from "../../model";
import { javaTooOld, missingPasswordFile, unknownVersion } from "../errors";

const TOMCAT = { 9: 8, 10: 11, 11: 17 } as const;
const JETTY = { 9: 8, 10: 11, 11: 11, 12: 17 } as const;
const SPRING_BOOT = {
  "2.7": 8,
  "3.0": 17,
  "3.1": 17,
  "3.2": 17,
  "3.3": 17,
  "3.4": 17,
  "3.5": 17,
  "4.0": 17,
  "4.1": 17,
} as const;
const KAFKA = {
  "2.8": 8,
  "3.0": 8,
  "3.1": 8,
  "3.2": 8,
  "3.3": 8,
  "3.4": 8,
  "3.5": 8,
  "3.6": 8,
  "3.7": 8,
  "3.8": 8,
  "3.9": 8,
  "4.0": 17,
  "4.1": 17,
  "4.2": 17,
  "4.3": 17,
  "4.4": 17,
} as const;

/** Versions of Tomcat that are known here. */
export type TomcatVersion = keyof typeof TOMCAT;
/** Versions of Jetty that are known here. */
export type JettyVersion = keyof typeof JETTY;
/** Versions of Spring Boot that are known here. */
export type SpringBootVersion = keyof typeof SPRING_BOOT;
/** Versions of Kafka that are known here. */
export type KafkaVersion = keyof typeof KAFKA;

/** A Tomcat, as `product` of a server. */
export interface TomcatProduct {
  readonly kind: "tomcat";
  readonly version: TomcatVersion;
}

/** A Jetty, as `product` of a server. */
export interface JettyProduct {
  readonly kind: "jetty";
  readonly version: JettyVersion;
}

/** A Spring Boot, as `product` of a server. */
export interface SpringBootProduct {
  readonly kind: "spring-boot";
  readonly version: SpringBootVersion;
}

/** A Kafka, as `product` of a server or client. */
export interface KafkaProduct {
  readonly kind: "kafka";
  readonly version: KafkaVersion;
  readonly listener?: string;
  readonly passwordFile?: string;
  readonly configProviders?: ConfigProviders;
}

/** Who names a broker's configuration providers in `config.providers`. */
export type ConfigProviders = "ours" | "theirs";

/** What a Java server is: which files it reads, what it calls things there, and who picks its key. */
export type JavaProduct = TomcatProduct | JettyProduct | SpringBootProduct | KafkaProduct;

export const productProp = ofKind<JavaProduct>(
  'a product: Tomcat.version(11), Jetty.version(12), SpringBoot.version("3.5") or Kafka.version("4.0")',
  { tomcat: true, jetty: true, "spring-boot": true, kafka: true },
);

export const kafkaProp = ofKind<KafkaProduct>('Kafka.version("4.0")', { kafka: true });

const kafkaShapes: PropShapes<KafkaOptions> = {
  listener: optional(text),
  passwordFile: optional(text),
  configProviders: optional(choice<ConfigProviders>({ ours: true, theirs: true })),
};

/** Versions of Apache Tomcat. */
export const Tomcat = {
  /**
   * A Tomcat by its version: 9 (9.0), 10 (10.1) or 11 (11.0).
   *
   * @throws SystemError `unknown-version`
   */
  version(version: TomcatVersion): TomcatProduct {
    return { kind: "tomcat", version: known("Tomcat", version, TOMCAT) };
  },
};

/** Versions of Eclipse Jetty. */
export const Jetty = {
  /**
   * A Jetty by its version: 9 (9.4), 10, 11 or 12.
   *
   * @throws SystemError `unknown-version`
   */
  version(version: JettyVersion): JettyProduct {
    return { kind: "jetty", version: known("Jetty", version, JETTY) };
  },
};

/** Versions of Spring Boot. */
export const SpringBoot = {
  /**
   * A Spring Boot by its version: "2.7", "3.0" to "3.5", "4.0" or "4.1".
   *
   * @throws SystemError `unknown-version`
   */
  version(version: SpringBootVersion): SpringBootProduct {
    return { kind: "spring-boot", version: known("Spring Boot", version, SPRING_BOOT) };
  },
};

export interface KafkaOptions {
  /** The broker's listener, for example "CLIENTS". @default - all of its TLS listeners */
  readonly listener?: string;
  /**
   * Absolute path, on its host, of the site's own properties file with the passwords, each under the name of its
   * environment variable. Before 3.5 Kafka reads no environment variables.
   *
   * @default - the environment
   */
  readonly passwordFile?: string;
  /**
   * Whether `config.providers` of a broker's file is set here. A list that is there already, with others, is not
   * replaced, because other values refer to those: the deploy is refused. With "theirs" the site's own list stays, and
   * has the provider of these passwords under its name in Kafka's pages: `env` (`EnvVarConfigProvider`), with a
   * `passwordFile` `file` (`FileConfigProvider`).
   *
   * @default "ours"
   */
  readonly configProviders?: ConfigProviders;
}

/** Versions of Apache Kafka. */
export const Kafka = {
  /**
   * A Kafka by its version: "2.8", "3.0" to "3.9", or "4.0" to "4.4".
   *
   * @throws SystemError `unknown-version`, `missing-password-file` before 3.5 without one
   */
  version(version: KafkaVersion, options: KafkaOptions = {}): KafkaProduct {
    requireProps("Kafka.version(…)", kafkaShapes, options);
    known("Kafka", version, KAFKA);
    if (options.passwordFile === undefined && !readsEnvironment(version)) throw missingPasswordFile(version);
    return { kind: "kafka", version, ...options };
  },
};

/** Since 3.5 (KIP-887). */
function readsEnvironment(version: KafkaVersion): boolean {
  return isFrom(version, "3.5");
}

/** Whether a version is another one or a later one. */
export function isFrom(version: string, first: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor = 0, firstMinor = 0] = first.split(".").map(Number);
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

/** What is to be known of a product, whatever it is. */
export interface ProductFacts {
  /** With its version, for people. */
  readonly name: string;
  /** The least release of Java that it runs on. */
  readonly leastJava: number;
  /** Who picks the key from the keystore. */
  readonly chosenBy: AliasChooser;
  /** Whether it has several certificates on one port. */
  readonly servesNames: boolean;
  /** Whether it refuses requests for a host that is no name of the certificate that it presents. */
  readonly checksHost: boolean;
}

export function factsOf(product: JavaProduct): ProductFacts {
  const { version } = product;
  switch (product.kind) {
    case "tomcat":
      return {
        name: `Tomcat ${version}`,
        leastJava: TOMCAT[product.version],
        chosenBy: "product",
        servesNames: true,
        checksHost: false,
      };
    case "jetty":
      return {
        name: `Jetty ${version}`,
        leastJava: JETTY[product.version],
        chosenBy: "server-name",
        servesNames: true,
        // `jetty.ssl.sniHostCheck`; 9.4 looks only where a name was asked for and found.
        checksHost: product.version >= 10,
      };
    case "spring-boot":
      return {
        name: `Spring Boot ${version}`,
        leastJava: SPRING_BOOT[product.version],
        chosenBy: "product",
        servesNames: isFrom(product.version, "3.4"),
        checksHost: false,
      };
    case "kafka":
      return {
        name: `Kafka ${version}`,
        leastJava: KAFKA[product.version],
        chosenBy: "java",
        servesNames: false,
        checksHost: false,
      };
  }
}

/**
 * Insists on a Java that the product runs on.
 *
 * @throws SystemError `java-too-old`
 */
export function requireJava(
  constructPath: string,
  { name, leastJava }: ProductFacts,
  runtime: JavaRuntimePlan | undefined,
): void {
  if (runtime?.release !== undefined && runtime.release < leastJava)
    throw javaTooOld(constructPath, name, leastJava, runtime.release);
}

function known<Version extends string | number>(
  product: string,
  version: Version,
  versions: Readonly<Record<Version, number>>,
): Version {
  if (!Object.hasOwn(versions, version)) throw unknownVersion(product, version, Object.keys(versions));
  return version;
}
