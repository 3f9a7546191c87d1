import type { IConstruct } from "constructs";
import type { SecretReference } from "../model";
import { Environment } from "./environment";
import { literalSecret } from "./errors";
import { type PropShapes, leaf, made, requireArgument, requireProps } from "./props";

/**
 * Where a password is found, never the password itself. Resolved at the last moment, by synth for
 * the artifacts and by the provider for the stores on the hosts.
 */
export class Secret {
  /**
   * An environment variable.
   *
   * @throws DeclarationError `invalid-secret-reference` for what cannot be a variable's name
   */
  static env(name: string): Secret {
    requirePlace("env", "name", name);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw literalSecret("env");
    return new Secret(() => `env:${name}`);
  }

  /** The first line of a file; relative paths start at the project's root. */
  static file(path: string): Secret {
    requirePlace("file", "path", path);
    if (path.trim() === "") throw literalSecret("file");
    return new Secret(() => `file:${path}`);
  }

  /** The first line that a shell command prints, for example of a password manager. */
  static command(command: string): Secret {
    requirePlace("command", "command", command);
    if (command.trim() === "") throw literalSecret("command");
    return new Secret(() => `cmd:${command}`);
  }

  /**
   * One that each environment finds elsewhere, as `environments.<name>.secrets` in the context of `cdktf.json` says; in
   * the environment `local`, unless that says otherwise, in the file `.local/secrets/<name>`.
   *
   * @throws DeclarationError `invalid-secret-reference` for what cannot be a name
   */
  static named(name: string): Secret {
    requirePlace("named", "name", name);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw literalSecret("named");
    return new Secret((scope) => Environment.of(scope).secret(name));
  }

  /**
   * A password that takes the place of another one: a keystore is put under the new one by the next deploy, with its keys
   * and what was displaced from it. The former one is needed once; from then on `from` may go, and `to` stand alone.
   *
   * Where anything but a keystore has it, the new one counts.
   */
  static rotate(change: SecretChange): Secret {
    requireProps("Secret.rotate(…)", changeShapes, change);
    return new Secret(
      (scope) => change.to.referenceIn(scope),
      (scope) => change.from.referenceIn(scope),
    );
  }

  private constructor(
    private readonly find: (scope: IConstruct) => SecretReference,
    private readonly findFormer?: (scope: IConstruct) => SecretReference,
  ) {}

  /**
   * Where it is found in the environment of a construct.
   *
   * @throws DeclarationError `not-declared` for a name that the environment does not declare
   */
  referenceIn(scope: IConstruct): SecretReference {
    return this.find(scope);
  }

  /** Where the password is found that it takes the place of; undefined where it takes the place of none. */
  formerReferenceIn(scope: IConstruct): SecretReference | undefined {
    return this.findFormer?.(scope);
  }
}

/** What `Secret.rotate` takes. */
export interface SecretChange {
  /** The password that stores are under; not asked for once they are under the new one. */
  readonly from: Secret;
  /** The password that they get. */
  readonly to: Secret;
}

export const secretProp = made<Secret>('a Secret, for example Secret.named("store-password")', "referenceIn");

const changeShapes: PropShapes<SecretChange> = { from: secretProp, to: secretProp };

/** Where a secret is found is a text that is known at synth; what was given is not shown, it may be the secret. */
function requirePlace(factory: string, name: string, value: string): void {
  requireArgument(`Secret.${factory}(…)`, name, hiddenText, value);
}

const hiddenText = leaf<string>("a text that says where the secret is", (value) => typeof value === "string");
