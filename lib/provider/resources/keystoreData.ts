import { parseCertificate, summarise } from "../../pki";
import type { StoreEntry } from "../../keystore";
import { certificateOf } from "../entries";
import { storeMissing } from "../errors";
import { checkEach, fileAttributes, formatId, storeAttributes, storeChecks } from "../location";
import { computed, defineDataSource } from "../protocol";
import { secret } from "../secrets";
import { openSession } from "../storeSession";

const entryAttributes = {
  alias: computed.string("Alias."),
  kind: computed.string("`identity`, `anchor` or `secret`."),
  sha256: computed.string("SHA-256 fingerprint of the certificate; empty for a secret key."),
  subject: computed.string("Subject of the certificate; empty for a secret key."),
  not_after: computed.string("When the certificate expires; empty for a secret key."),
};

/** What a store on a host holds, whoever put it there. */
export const keystoreDataSource = defineDataSource({
  typeName: "trust_keystore",
  description: "Lists the entries of a store on a host.",
  attributes: {
    id: computed.string("Host and path."),
    ...fileAttributes,
    password: storeAttributes.password,
    format: computed.string("`jks`, `jceks` or `pkcs12`."),
    profile: computed.string("Profile whose algorithms the store uses, or `custom`."),
    entries: computed.listOf(entryAttributes, "The entries, in the order of the file."),
  },
  validate: (config) => checkEach(config, storeChecks),
  read: async ({ host, path, password }) => {
    const session = await openSession(host, path);
    const { store } = await session.read(secret(password));
    if (store === undefined) throw storeMissing(path);
    const { format, profile, entries } = store;
    return {
      id: formatId(host, path),
      host,
      path,
      password,
      format,
      profile,
      entries: entries.map(describe),
    };
  },
});

function describe(entry: StoreEntry) {
  const { alias, kind } = entry;
  const certificate = entry.kind === "secret" ? undefined : certificateOf(entry);
  if (certificate === undefined) return { alias, kind, sha256: "", subject: "", not_after: "" };
  const { sha256, subject, notAfter } = summarise(parseCertificate(certificate));
  return { alias, kind, sha256, subject, not_after: notAfter };
}
