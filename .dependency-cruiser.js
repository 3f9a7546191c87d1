/** Import directions, as docs/architecture.md draws them: each room may import those named, and no other. */
const layers = {
  model: [],
  project: ["model"],
  text: ["model"],
  pki: ["model"],
  config: ["model"],
  hosts: ["model"],
  keystore: ["model", "text", "pki"],
  rules: ["model", "pki"],
  java: ["model", "pki", "keystore", "rules"],
  hop: ["model", "pki", "keystore", "rules", "java"],
  check: ["model", "pki", "keystore", "rules", "java", "hop"],
  lock: ["model", "pki", "keystore", "config", "hosts"],
  verify: ["model", "pki", "keystore", "config", "hosts", "lock", "rules", "java", "hop", "check"],
  constructs: ["model", "text", "project", "keystore"],
  systems: ["model", "text", "keystore", "config", "rules", "java", "constructs"],
  provider: ["model", "text", "pki", "keystore", "config", "hosts", "lock", "hop", "check", "verify"],
  synth: [
    "model",
    "project",
    "text",
    "pki",
    "keystore",
    "config",
    "hosts",
    "lock",
    "rules",
    "java",
    "hop",
    "check",
    "verify",
    "provider",
    "constructs",
  ],
  cli: [
    "model",
    "project",
    "text",
    "pki",
    "keystore",
    "config",
    "hosts",
    "lock",
    "rules",
    "java",
    "hop",
    "check",
    "verify",
    "synth",
    "provider",
  ],
};
const withCdktf = ["constructs", "systems", "synth"];

const directions = Object.entries(layers).map(([layer, allowed]) => ({
  name: `lib/${layer} imports only ${[layer, ...allowed].join(", ")}`,
  severity: "error",
  from: { path: `^lib/${layer}/` },
  to: { path: "^(lib|stacks|test|bench)/", pathNot: `^lib/(${[layer, ...allowed].join("|")})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...directions,
    {
      name: "cdktf only where constructs live",
      severity: "error",
      from: { path: "^lib/", pathNot: `^lib/(${withCdktf.join("|")})/` },
      to: { path: "node_modules/(cdktf|@cdktf)/" },
    },
    { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
