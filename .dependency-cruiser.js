/** Import directions, as docs/architecture.md draws them. */
const layers = {
  model: [],
  pki: ["model"],
  keystore: ["model", "pki"],
  config: ["model"],
  hosts: ["model"],
  lock: ["model", "pki", "keystore", "config", "hosts"],
  check: ["model", "pki", "keystore", "config", "hosts"],
  verify: ["model", "pki", "keystore", "config", "hosts", "lock", "check"],
  constructs: ["model"],
  systems: ["model", "keystore", "constructs", "config"],
  synth: ["model", "pki", "keystore", "config", "hosts", "lock", "check", "verify", "provider", "constructs"],
  provider: ["model", "pki", "keystore", "config", "hosts", "lock", "check", "verify"],
  report: ["model"],
  cli: [
    "model",
    "pki",
    "keystore",
    "config",
    "hosts",
    "lock",
    "check",
    "verify",
    "synth",
    "provider",
    "report",
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
