import { type KeyAlgorithm, LOCAL_ENVIRONMENT, type Policy, type PublicLifetime } from "../model";
import { damagedFile, impossibleEnvironment, undeclaredEnvironment } from "./errors";
import {
  WrongShape,
  choiceOf,
  flag,
  listOf,
  mapOf,
  numberUpTo,
  object,
  optional,
  text,
  textWith,
} from "./shape";

/** That somebody has done a step whose effect nothing can check. */
export interface Acknowledgement {
  /** The fingerprint that commands show of the step; once the step changes it is another. */
  readonly step: string;
  /** Who did it, as people know them. */
  readonly by: string;
  /** The day, `2027-01-31`. */
  readonly on: string;
}

/** What `environments.<name>` in the context of `cdktf.json` says; members that others read are left to them. */
export interface EnvironmentDeclaration {
  /** Whether the lock refuses to take up new identities. @default true; `local` never is */
  readonly frozen?: boolean;
  /** Reference to the key of the environment's lock. @default - the environment's own */
  readonly lockKey?: string;
  /** Public keys, one of which must have signed the environment's lock. @default - none is pinned yet */
  readonly lockSigner?: readonly string[];
  /** Steps that are done, by their place, `HOST:PATH`. @default - none */
  readonly acknowledged?: Readonly<Record<string, Acknowledgement>>;
  /** What the environment allows of its identities. @default - what each of them declares */
  readonly policy?: Policy;
}

/** An environment that is declared, or `local`. */
export interface Environment extends EnvironmentDeclaration {
  readonly name: string;
}

/** As constructs allow it. */
const MOST_DAYS = 36_500;

const policy = object<Policy>({
  validityDays: optional(numberUpTo(MOST_DAYS)),
  authorityValidityDays: optional(numberUpTo(MOST_DAYS)),
  renewWithinDays: optional(numberUpTo(MOST_DAYS)),
  keyAlgorithms: optional(
    listOf(
      choiceOf<KeyAlgorithm>({
        "rsa-2048": true,
        "rsa-3072": true,
        "rsa-4096": true,
        "ec-p256": true,
        "ec-p384": true,
        ed25519: true,
      }),
    ),
  ),
  keyReuse: optional(flag),
  publicLifetime: optional(
    choiceOf<PublicLifetime>({ "by-date": true, "200-days": true, "100-days": true, "47-days": true }),
  ),
});

const declarations = mapOf(
  object<EnvironmentDeclaration>({
    frozen: optional(flag),
    lockKey: optional(text),
    lockSigner: optional(listOf(text)),
    acknowledged: optional(
      mapOf(
        object<Acknowledgement>({
          step: text,
          by: text,
          on: textWith(/^\d{4}-\d{2}-\d{2}$/, "a day such as 2027-01-31"),
        }),
      ),
    ),
    policy: optional(policy),
  }),
);

/**
 * The environment that is meant.
 *
 * @param context one member of the context of `cdktf.json`, by its key
 * @param name what the command was told; `environment` of the context where it was told nothing, else `local`
 * @throws ProjectError for one that is not declared
 */
export function environmentOf(context: (key: string) => unknown, name?: string): Environment {
  const meant = name ?? context("environment") ?? LOCAL_ENVIRONMENT;
  if (typeof meant !== "string" || !/^[a-z0-9][a-z0-9-]{0,62}$/i.test(meant))
    throw impossibleEnvironment(meant);
  const declared = environmentsOf(context);
  const declaration = Object.hasOwn(declared, meant) ? declared[meant] : undefined;
  if (declaration === undefined && meant !== LOCAL_ENVIRONMENT)
    throw undeclaredEnvironment(meant, Object.keys(declared));
  return { name: meant, ...declaration };
}

/** Every declared environment, by name. @throws ProjectError `damaged-file` */
export function environmentsOf(
  context: (key: string) => unknown,
): Readonly<Record<string, EnvironmentDeclaration>> {
  try {
    return declarations(context("environments") ?? {}, ["context", "environments"]);
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw damagedFile("cdktf.json", error.place.join(" › "), error.message, "correct it there");
  }
}
