import { type HostPlan, isDeployedHost, type StorePlan, type TrustPlan } from "../../model";
import { markdownCode, shellQuote } from "../../text";
import type { BundleStep } from "./runbookSteps";

/** What people do about passwords on a host, and the stores that they change. */
export interface PasswordChanges {
  readonly paths: readonly string[];
  readonly steps: readonly BundleStep[];
}

/**
 * The stores of a host that nobody may log in to, put under their new passwords; and what opens stores without a chapter of
 * its own, which has such a step otherwise.
 */
export function passwordChanges(
  { stores, entries, runbooks, passwordSteps = [] }: TrustPlan,
  host: HostPlan,
): PasswordChanges {
  const changing = isDeployedHost(host)
    ? []
    : stores.filter(({ hostId, formerPassword }) => hostId === host.id && formerPassword !== undefined);
  const told = new Set(runbooks.map(({ id }) => id));
  const others = passwordSteps.filter(({ hostId, id }) => hostId === host.id && !told.has(id));
  const keysIn = ({ id }: StorePlan) =>
    entries.flatMap(({ kind, storeId, alias }) => (kind === "key" && storeId === id ? [alias] : []));
  return {
    paths: changing.map(({ path }) => path),
    steps: [
      ...changing.flatMap((store) => rekeySteps(host, store, keysIn(store))),
      ...others.map(({ text }) => ({ text })),
    ],
  };
}

/**
 * Puts a store of a host that nobody may log in to under another password, with keytool: a PKCS12 in one step; of a JKS
 * each key has a password, too.
 *
 * @param aliases of the keys in it that are ours
 */
export function rekeySteps(host: HostPlan, store: StorePlan, aliases: readonly string[]): BundleStep[] {
  const { path, password, formerPassword, profile } = store;
  if (formerPassword === undefined) return [];
  const file = shellQuote(host.platform, path);
  const [from, to] = [markdownCode(formerPassword), markdownCode(password)];
  const list = markdownCode(`keytool -list -keystore ${file}`);
  const keyCommand = (alias: string) => `keytool -keypasswd -alias ${alias} -keystore ${file} -storetype JKS`;
  return [
    {
      text: `Put ${markdownCode(path)} under its new password. keytool asks for the former one, that of ${from}, and twice for the new one, that of ${to}.`,
      command: `keytool -storepasswd -keystore ${file} -storetype ${profile === "jks" ? "JKS" : "PKCS12"}`,
      answers: [
        "It says that the password was incorrect: run the check. If the new one opens the store, an earlier run has done this: go on.",
        "The file is not there yet: go on with the next chapter, which makes it under the new one.",
      ],
      check: `${list} asks for the password, and shows the entries with the new one.`,
    },
    ...(profile === "jks"
      ? aliases.map((alias) => ({
          text: `Put the key ${markdownCode(alias)} under it, too. keytool asks for the store's password, now that of ${to}, for the key's, still that of ${from}, and twice for the new one.`,
          command: keyCommand(shellQuote(host.platform, alias)),
          answers: [
            "It says that the alias does not exist: go on.",
            "It does not ask for the key's own, and says that passwords must differ: it is under the new one already. Stop the command, and go on.",
          ],
        }))
      : []),
    ...(profile === "jks"
      ? [
          {
            text: `Do the same for every other ${markdownCode("PrivateKeyEntry")} that ${list} shows, unless it has a password of its own: most products open a store with one password only.`,
            check: `Each was asked for the password of ${from} once.`,
          },
        ]
      : []),
  ];
}
