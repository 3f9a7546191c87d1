import { MINIMUM_PASSWORD_LENGTH } from "../rules";

/** Passwords that products, JDKs and their manuals ship with, in lower case. */
const KNOWN = new Set([
  // Java's own cacerts, and what people make of it.
  "changeit",
  "changeme",
  "change_it",
  "changeit!",
  // ElectricFlow, xMatters, webMethods, as their manuals print them.
  "abcdef",
  "passkey",
  "alarmpoint",
  "manage",
  "ispwpass",
  // Other servers' documented defaults.
  "demoidentitykeystorepassphrase",
  "demotrustkeystorepassphrase",
  "wso2carbon",
  "webas",
  "weblogic",
  "weblogic1",
  "welcome1",
  "tomcat",
  "jetty",
  "jboss",
  "glassfish",
  "adminadmin",
  // What tutorials write.
  "password",
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
]);

/**
 * Whether a store under this password is as good as plaintext: a default of a product, a word from a
 * tutorial, or too few characters.
 */
export function isWeakPassword(password: string): boolean {
  return password.length < MINIMUM_PASSWORD_LENGTH || KNOWN.has(password.toLowerCase());
}
