import { parseCertificate, summarise, toPem } from "../../pki";
import type { StoreEntry } from "../../keystore";
import { storeMissing } from "../errors";
import { checkEach, fileAttributes, formatId, storeAttributes, storeChecks } from "../location";
import { computed, defineDataSource, type StateOf } from "../protocol";
import { secret } from "../secrets";
import { openSession } from "../storeSession";

const entryAttributes = {
  alias: computed.string("Alias."),
  kind: computed.string("`identity` (a private key with its chain), `anchor` (a certificate) or `secret`."),
  sha256: computed.string(
    "SHA-256 fingerprint of the certificate, of an identity's own; empty for a secret key.",
  ),
  subject: computed.string("Subject of the certificate; empty for a secret key."),
  issuer: computed.string("Issuer of the certificate; empty for a secret key."),
  serial_number: computed.string("Serial number of the certificate, hexadecimal; empty for a secret key."),
  not_before: computed.string("When the certificate begins to hold; empty for a secret key."),
  not_after: computed.string("When the certificate expires; empty for a secret key."),
  certificates_pem: computed.listOfStrings(
    "The certificates in PEM, an identity's own first, then its chain; none for a secret key. Never a key.",
  ),
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

function describe(entry: StoreEntry): StateOf<typeof entryAttributes> {
  const { alias, kind } = entry;
  const certificates = certificatesOf(entry);
  const [certificate] = certificates;
  const summary = certificate === undefined ? undefined : summarise(parseCertificate(certificate));
  return {
    alias,
    kind,
    sha256: summary?.sha256 ?? "",
    subject: summary?.subject ?? "",
    issuer: summary?.issuer ?? "",
    serial_number: summary?.serialNumber ?? "",
    not_before: summary?.notBefore ?? "",
    not_after: summary?.notAfter ?? "",
    certificates_pem: certificates.map((der) => toPem(der, "CERTIFICATE")),
  };
}

function certificatesOf(entry: StoreEntry): readonly Uint8Array[] {
  if (entry.kind === "secret") return [];
  return entry.kind === "anchor" ? [entry.certificate] : entry.chain;
}
