export * from "./errors";
export * from "./lines";
export * from "./properties";
export * from "./settings";
export * from "./stdenv";
export * from "./xmlAttributes";
export * from "./xmlElements";
export * from "./nginx";
