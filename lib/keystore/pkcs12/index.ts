export { createPkcs12Store, type Pkcs12Profile } from "./profile";
export { readPkcs12 } from "./read";
export { writePkcs12 } from "./write";
