import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { detectFormat, readStore } from "../../lib/keystore";
import { toPem } from "../../lib/pki";
import { samples } from "./samples";
import { readVector, storeVectors } from "./storeVectors";

const FOLDER = join(__dirname, "../fixtures/vectors");

describe("the format of a file, by its content", () => {
  test.each(storeVectors())("$path", ({ path, format }) => {
    const named = format.split(" ")[0]?.toLowerCase() ?? "";
    const expected = named === "bks/uber" ? path.split("/")[1] : named;
    expect(detectFormat(readVector(path))).toBe(expected);
  });

  test.each(
    ["made", "variants"].flatMap((folder) =>
      readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`),
    ),
  )("%s", (path) => {
    const bytes = readFileSync(join(FOLDER, path));
    // JDK 8 and 17 refused the password, which left the file empty.
    if (bytes.length === 0) return expect(detectFormat(bytes)).toBe("unknown");
    const named = /-(jks|jceks)\.ks$/.exec(path)?.[1] ?? "pkcs12";
    return expect(detectFormat(bytes)).toBe(named);
  });

  const certificate = samples.anchor.certificate;
  const pkcs8 = samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of();
  const sealedKey = Buffer.from(
    "302830120606" + "2a864886f70d" + "04080102030405060708" + "0412" + "00".repeat(18),
    "hex",
  );

  test.each([
    ["certificate", certificate],
    ["private-key", pkcs8],
    ["pem", Buffer.from(`some words first\n${toPem(certificate, "CERTIFICATE")}`)],
    ["unknown", Buffer.from("hello")],
    ["unknown", Buffer.of()],
    ["unknown", Buffer.from("3003020101", "hex")],
  ] as const)("%s", (format, bytes) => {
    expect(detectFormat(bytes)).toBe(format);
  });

  test("what is no store is refused by its name", () => {
    expect(() => readStore(certificate, null)).toThrow(
      "this is a certificate, not a store; import it into one",
    );
    expect(() => readStore(pkcs8, null)).toThrow("this is a private key, not a store");
    expect(() => readStore(Buffer.of(), null)).toThrow("the file is empty");
    expect(() => readStore(sealedKey, null)).toThrow(/not a store|no store/);
    expect(() => readStore(Buffer.from("hello"), null)).toThrow("this is no store that is known");
  });

  test("a store that was cut short is still known", () => {
    const bytes = readVector("jks-js/java11/keystore/RSA_2048_keystore.jks").subarray(0, 200);
    expect(detectFormat(bytes)).toBe("pkcs12");
    expect(() => readStore(bytes, "password")).toThrow("the store is damaged");
  });
});
