import type { SecretReference } from "../model";
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
    return new Secret(`env:${name}`);
  }

  /** The first line of a file; relative paths start at the project's root. */
  static file(path: string): Secret {
    if (path.trim() === "") throw literalSecret("file");
    return new Secret(`file:${path}`);
  }

  /** The first line that a shell command prints, for example of a password manager. */
  static command(command: string): Secret {
    if (command.trim() === "") throw literalSecret("command");
    return new Secret(`cmd:${command}`);
  }

  private constructor(readonly reference: SecretReference) {}

  /** The reference, so that logging a secret by mistake shows nothing. */
  toString(): string {
    return this.reference;
  }
}
