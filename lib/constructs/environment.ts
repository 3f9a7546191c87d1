import type { IConstruct } from "constructs";
import { LOCAL_ENVIRONMENT, type SecretReference } from "../model";
import { environmentOf } from "../project/environment";
import {
  invalidDeclaredHost,
  invalidDeclaredSecret,
  noChoice,
  notDeclaredInEnvironment,
  SSH_SETTINGS,
} from "./errors";
import { Host, type IHost } from "./host";

/** The environment that a stack is synthesised for, as `environments` in `cdktf.json` declares it. */
export class Environment {
  /**
   * The environment of a construct.
   *
   * @throws ProjectError for one that is not declared
   */
  static of(scope: IConstruct): Environment {
    const context = (key: string): unknown => scope.node.tryGetContext(key);
    const { name } = environmentOf(context);
    const declared = member(context("environments"), name);
    return new Environment(name, member(declared, "hosts"), member(declared, "secrets"));
  }

  private constructor(
    readonly name: string,
    private readonly hosts: unknown,
    private readonly secrets: unknown,
  ) {}

  /**
   * A host by its id, as `environments.<name>.hosts` declares it: `local:DIRECTORY`, `ssh://[user@]host[:port]` (or an
   * object with such an `address` and what `Host.ssh` takes beside it), `manual` or `manual:windows`. In
   * the environment `local` a host that is not declared is the folder `.local/hosts/<id>`.
   *
   * @throws DeclarationError `not-declared` naming what is, `invalid-host`
   */
  host(id: string): IHost {
    const text = member(this.hosts, id);
    if (text !== undefined) return hostFrom(this.name, id, text);
    if (this.name === LOCAL_ENVIRONMENT) return Host.local(id);
    throw notDeclaredInEnvironment(this.name, "hosts", id, namesIn(this.hosts));
  }

  /**
   * What is meant for this environment, of what is written for each.
   *
   * @throws DeclarationError `no-choice` naming the environments that there is one for
   */
  choose<Choice>(choices: Readonly<Record<string, Choice>>): Choice {
    if (!Object.hasOwn(choices, this.name)) throw noChoice(this.name, Object.keys(choices));
    return choices[this.name] as Choice;
  }

  /**
   * Where a secret is found, as `environments.<name>.secrets` declares it: `env:NAME`, `file:PATH` or `cmd:COMMAND`. In
   * the environment `local` one that is not declared is the file `.local/secrets/<id>`.
   *
   * @throws DeclarationError `not-declared` naming what is, `invalid-secret-reference`
   */
  secret(id: string): SecretReference {
    const text = member(this.secrets, id);
    if (text !== undefined) return secretFrom(this.name, id, text);
    if (this.name === LOCAL_ENVIRONMENT) return `file:.local/secrets/${id}`;
    throw notDeclaredInEnvironment(this.name, "secrets", id, namesIn(this.secrets));
  }
}

function hostFrom(environment: string, id: string, text: unknown): IHost {
  if (typeof text === "string" && text.startsWith("ssh://")) return Host.ssh(text, { id });
  if (isRecord(text)) return sshHostFrom(environment, id, text);
  if (typeof text === "string" && text.startsWith("local:") && text !== "local:")
    return Host.local(id, { root: text.slice("local:".length) });
  switch (text) {
    case "local":
      return Host.local(id);
    case "manual":
    case "manual:posix":
      return Host.manual(id);
    case "manual:windows":
      return Host.manual(id, { platform: "windows" });
    default:
      throw invalidDeclaredHost(environment, id, text);
  }
}

function sshHostFrom(environment: string, id: string, declared: Record<string, unknown>): IHost {
  const { address, ...settings } = declared;
  const isSetting = ([name, value]: [string, unknown]) =>
    SSH_SETTINGS.some((known) => known === name) &&
    (typeof value === "string" || (name === "sudo" && typeof value === "boolean"));
  if (
    typeof address !== "string" ||
    !address.startsWith("ssh://") ||
    !Object.entries(settings).every(isSetting) ||
    !["posix", "windows", undefined].includes(settings["platform"] as string | undefined)
  )
    throw invalidDeclaredHost(environment, id, declared);
  return Host.ssh(address, { ...settings, id });
}

function secretFrom(environment: string, id: string, text: unknown): SecretReference {
  if (typeof text === "string" && /^(env:[A-Za-z_][A-Za-z0-9_]*|(file|cmd):\s*\S.*)$/.test(text))
    return text as SecretReference;
  throw invalidDeclaredSecret(environment, id);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function namesIn(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
