const { readdirSync } = require("node:fs");

/** Says which files of tests a run leaves out. */
module.exports = ({ rootDir }) => {
  if (process.env["SLOW"] === "1") return;
  const files = readdirSync(`${rootDir}/test`, { recursive: true }).filter((path) =>
    path.endsWith(".slow.test.ts"),
  );
  process.stderr.write(`SKIPPED ${files.length} files of slow proofs, *.slow.test.ts: SLOW=1 npm test\n`);
};
