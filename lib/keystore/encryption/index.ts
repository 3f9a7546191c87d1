export * from "./cipher";
export * from "./derivedBytes";
export * from "./digest";
export * from "./keyDerivation";
export * from "./passwordForm";
export * from "./pkcs12Kdf";
export * from "./privateKeyInfo";
export * from "./scheme";
