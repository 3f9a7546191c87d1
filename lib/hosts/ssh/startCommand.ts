import { shellWord } from "./shellWord";

/**
 * What starts a shell that a `ShellChannel` talks to, as one line for whatever the login shell is.
 *
 * It reads requests line by line, never as its own script from standard input: several shells read ahead there, and
 * would run uploaded bytes as commands. It says the nonce on both outputs before it listens.
 */
export function startCommand(nonce: string, sudo?: string): string {
  const loop =
    `LC_ALL=C; export LC_ALL; umask 077; echo; echo ${nonce}; echo >&2; echo ${nonce} >&2; ` +
    `while IFS= read -r l; do case $l in ${nonce}*) eval "\${l#${nonce}}";; *) exit 99;; esac; done`;
  return throughSudo(loop, sudo);
}

/**
 * As `startCommand`, of a shell that runs one request and leaves the environment as the login has it, because what is
 * started inherits it.
 */
export function startRunner(nonce: string, sudo?: string): string {
  const once =
    `echo; echo ${nonce}; echo >&2; echo ${nonce} >&2; ` +
    `IFS= read -r l || exit 99; case $l in ${nonce}*) eval "\${l#${nonce}}";; *) exit 99;; esac`;
  return throughSudo(once, sudo);
}

function throughSudo(script: string, sudo: string | undefined): string {
  const shell = `sh -c ${shellWord(script)}`;
  if (sudo === undefined) return shell;
  return sudo === "root" ? `sudo -n ${shell}` : `sudo -n -u ${shellWord(sudo)} ${shell}`;
}
