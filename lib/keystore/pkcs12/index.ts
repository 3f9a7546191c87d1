export { createPkcs12Store, type Pkcs12Profile } from "./profile";
export { macIterations, readPkcs12 } from "./read";
export { writePkcs12 } from "./write";
