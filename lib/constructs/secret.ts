import type { IConstruct } from "constructs";
import type { SecretReference } from "../model";
import { Environment } from "./environment";
import { literalSecret } from "./errors";

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
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw literalSecret("env");
    return new Secret(() => `env:${name}`);
  }

  /** The first line of a file; relative paths start at the project's root. */
  static file(path: string): Secret {
    if (path.trim() === "") throw literalSecret("file");
    return new Secret(() => `file:${path}`);
  }

  /** The first line that a shell command prints, for example of a password manager. */
  static command(command: string): Secret {
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
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw literalSecret("named");
    return new Secret((scope) => Environment.of(scope).secret(name));
  }

  private constructor(private readonly find: (scope: IConstruct) => SecretReference) {}

  /**
   * Where it is found in the environment of a construct.
   *
   * @throws DeclarationError `not-declared` for a name that the environment does not declare
   */
  referenceIn(scope: IConstruct): SecretReference {
    return this.find(scope);
  }
}
