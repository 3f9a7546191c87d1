import { type Command, Option } from "commander";

import { EXPIRING_WITHIN_DAYS } from "../../rules/limits";
import type { CommandContext } from "../defineCommand";
import { wholeDays } from "../expiry";
import { wholeNumber, withJson, withKeyPasswords, withPassword, withProfile, withSecret } from "./options";

/** Defines `cdktf-trust store …`; what a subcommand does is loaded when it is called. */
export function defineStoreCommands(store: Command, context: CommandContext): void {
  store.addHelpText(
    "after",
    "\nA file that is changed keeps a backup beside it: <name>.orig the first time, <name>.<run>.bak after that.",
  );
  for (const define of SUBCOMMANDS) define(store, context);
}

function defineList(store: Command, { io, run }: CommandContext): void {
  withJson(withPassword(store.command("list").argument("<file>", "JKS, JCEKS or PKCS12 store")))
    .description("list entries with their certificates")
    .action((file: string, options) =>
      run(async () => (await import("./list")).listStore(io, file, options)),
    );
}

function defineImportCertificate(store: Command, { io, run }: CommandContext): void {
  withJson(withProfile(withPassword(store.command("import-certificate"))))
    .description(
      "trust certificates: PEM, DER or PKCS#7 files into a store, which is created where it is missing",
    )
    .argument("<file>", "store to change")
    .argument("<certificates...>", "files of certificates")
    .option("--alias <alias>", "alias (default: name of the certificate's file)")
    .option("--replace", "replace what is under the alias", false)
    .action((file: string, certificates: string[], options) =>
      run(async () =>
        (await import("./importCertificate")).importCertificates(io, file, certificates, options),
      ),
    );
}

function defineImportIdentity(store: Command, { io, run }: CommandContext): void {
  const importIdentity = withProfile(withPassword(store.command("import-identity")));
  withSecret(importIdentity, "key-password", "password of the key in the store, where it is not the store's");
  withSecret(importIdentity, "source-password", "password of the source");
  withSecret(importIdentity, "source-key-password", "password of the key in the source");
  withJson(importIdentity)
    .description("put a key with its chain into a store, from PKCS12, JKS or PEM")
    .argument("<file>", "store to change")
    .argument("<source>", "PKCS12 or JKS store, or PEM file of the certificates")
    .option("--alias <alias>", "alias in the store (default: the source's)")
    .option("--source-alias <alias>", "which identity of the source, where it holds several")
    .option("--key-file <path>", "PEM file of the private key, where the certificates' file does not hold it")
    .option("--replace", "replace what is under the alias", false)
    .action((file: string, source: string, options) =>
      run(async () => (await import("./importIdentity")).importIdentity(io, file, source, options)),
    );
}

function defineGenerateIdentity(store: Command, { io, run }: CommandContext): void {
  const generate = withProfile(withPassword(store.command("generate-identity")));
  withJson(withSecret(generate, "key-password", "password of the key, where it is not the store's"))
    .description("make a key with a self-signed certificate")
    .argument("<file>", "store to change, or to create")
    .requiredOption("--alias <alias>", "alias in the store")
    .requiredOption("--common-name <name>", "common name of the certificate")
    .option("--organization <name>", "organization of the certificate")
    .option("--country <code>", "country of the certificate, two letters")
    .option("--name <name...>", "DNS names and IP addresses of the certificate", [])
    .addOption(
      store
        .createOption("--key-algorithm <name>", "kind of key")
        .choices(["rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ed25519"])
        .default("rsa-2048"),
    )
    .option("--validity-days <days>", "how long the certificate is valid", wholeNumber, 365)
    .option("--replace", "replace what is under the alias", false)
    .action((file: string, options) =>
      run(async () => (await import("./generateIdentity")).generateIdentity(io, file, options)),
    );
}

function defineExportCertificate(store: Command, { io, run }: CommandContext): void {
  withJson(withPassword(store.command("export-certificate")))
    .description("write the certificate of an entry, for others to trust")
    .argument("<file>", "store to read")
    .argument("<alias>", "entry")
    .option("--out <path>", "file to write (default: standard output)")
    .addOption(store.createOption("--encoding <name>", "encoding").choices(["pem", "der"]).default("pem"))
    .addOption(
      store
        .createOption("--part <name>", "the certificate itself, what others must trust, or all of the chain")
        .choices(["leaf", "anchor", "chain"])
        .default("leaf"),
    )
    .action((file: string, alias: string, options) =>
      run(async () => (await import("./exportCertificate")).exportCertificate(io, file, alias, options)),
    );
}

function defineRemove(store: Command, { io, run }: CommandContext): void {
  withJson(withPassword(store.command("remove")))
    .description("remove entries")
    .argument("<file>", "store to change")
    .argument("<aliases...>", "entries to remove")
    .action((file: string, aliases: string[], options) =>
      run(async () => (await import("./remove")).removeEntries(io, file, aliases, options)),
    );
}

function defineRename(store: Command, { io, run }: CommandContext): void {
  withJson(withPassword(store.command("rename")))
    .description("give an entry another alias")
    .argument("<file>", "store to change")
    .argument("<from>", "alias as it is")
    .argument("<to>", "alias to be")
    .action((file: string, from: string, to: string, options) =>
      run(async () => (await import("./remove")).renameStoreEntry(io, file, { from, to }, options)),
    );
}

function defineConvert(store: Command, { io, run }: CommandContext): void {
  const convert = withProfile(withPassword(store.command("convert")));
  withKeyPasswords(convert);
  withJson(withSecret(convert, "out-password", "password of the result, where it is another"))
    .description("write a store in another profile, in its place or to another file")
    .argument("<file>", "store to convert")
    .option("--out <path>", "file to write (default: the store itself)")
    .action((file: string, options) =>
      run(async () => (await import("./convert")).convert(io, file, options)),
    );
}

function defineChangePassword(store: Command, { io, run }: CommandContext): void {
  const changePassword = withPassword(store.command("change-password"));
  withSecret(changePassword, "new-password", "password to be, of the store and of all its keys");
  withJson(withKeyPasswords(changePassword))
    .description("put a store and all its keys under a new password")
    .argument("<file>", "store to change")
    .option("--reader <name>", 'who must open it, where not every Java takes the new password: "java 25"')
    .action((file: string, options) =>
      run(async () => (await import("./changePassword")).changePassword(io, file, options)),
    );
}

function defineDiff(store: Command, { io, run }: CommandContext): void {
  const diff = withPassword(store.command("diff"));
  withJson(withSecret(diff, "other-password", "password of the second store, where it is another"))
    .description("say what differs between two stores; exit code 1 where anything does")
    .argument("<before>", "store")
    .argument("<after>", "store to compare with it")
    .action((before: string, after: string, options) =>
      run(async () => (await import("./diff")).diff(io, [before, after], options)),
    );
}

function defineCheck(store: Command, { io, run }: CommandContext): void {
  withJson(withPassword(store.command("check")))
    .description("say what is wrong with a store; exit code 1 where anything is")
    .argument("<file>", "store to check")
    .option("--expiring-within <days>", "how soon an expiry counts", wholeDays, EXPIRING_WITHIN_DAYS)
    // What it was called before other commands had it.
    .addOption(new Option("--expiring-within-days <days>").argParser(wholeDays).hideHelp())
    .action((file: string, options) => run(async () => (await import("./check")).check(io, file, options)));
}

/** In the order the help shows them. */
const SUBCOMMANDS = [
  defineList,
  defineImportCertificate,
  defineImportIdentity,
  defineGenerateIdentity,
  defineExportCertificate,
  defineRemove,
  defineRename,
  defineConvert,
  defineChangePassword,
  defineDiff,
  defineCheck,
] as const;
