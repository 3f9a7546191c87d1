import { MINIMUM_PASSWORD_LENGTH } from "../rules";

/** Passwords that products, JDKs, their manuals and tutorials have, the likeliest first. */
export const KNOWN_PASSWORDS: readonly string[] = [
  // Java's own cacerts, what people make of it, and what tutorials write.
  "changeit",
  "changeme",
  "password",
  "change_it",
  "changeit!",
  // ElectricFlow, xMatters, webMethods, as their manuals print them.
  "abcdef",
  "passkey",
  "alarmpoint",
  "manage",
  "ispwpass",
  // Other servers' documented defaults.
  "DemoIdentityKeyStorePassPhrase",
  "DemoTrustKeyStorePassPhrase",
  "wso2carbon",
  "WebAS",
  "weblogic",
  "weblogic1",
  "welcome1",
  "tomcat",
  "jetty",
  "jboss",
  "glassfish",
  "adminadmin",
  // What else tutorials write.
  "password1",
  "password123",
  "passw0rd",
  "passphrase",
  "keystore",
  "keystorepassword",
  "truststore",
  "truststorepassword",
  "storepass",
  "storepassword",
  "keypass",
  "keypassword",
  "mypassword",
  "mypass",
  "secret",
  "secret123",
  "testtest",
  "12345678",
  "123456789",
  "1234567890",
  "qwertyui",
  "qwerty123",
];

const KNOWN = new Set(KNOWN_PASSWORDS.map((password) => password.toLowerCase()));

/**
 * Whether a store under this password is as good as plaintext: a default of a product, a word from a
 * tutorial, or too few characters.
 */
export function isWeakPassword(password: string): boolean {
  return password.length < MINIMUM_PASSWORD_LENGTH || KNOWN.has(password.toLowerCase());
}
