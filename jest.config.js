/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  globalSetup: "<rootDir>/test/support/slowProofs.cjs",
  setupFiles: ["<rootDir>/test/support/sampling.ts"],
  testMatch: ["**/*.test.ts"],
  // What takes long as a whole file: tried under SLOW=1 alone.
  testPathIgnorePatterns: process.env["SLOW"] === "1" ? [] : ["\\.slow\\.test\\.ts$"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  moduleFileExtensions: ["ts", "js", "json"],
  testTimeout: 180_000,
  maxWorkers: 2,
};
