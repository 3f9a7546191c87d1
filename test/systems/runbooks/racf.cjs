// A stand-in for `submit` on z/OS: runs the OGET and RACDCERT statements of a job on a RACF that is a JSON file
// (RACF_STATE: { dataSets, certificates, ring, most }; most it ever held), and refuses what RACF refuses.
const { readFileSync, writeFileSync } = require("node:fs");

const file = process.env.RACF_STATE;
const state = JSON.parse(readFileSync(file, "utf8"));
const job = readFileSync(process.argv[2], "latin1");
if (!job.startsWith("//")) throw new Error("no JCL");

// A card that ends in a hyphen goes on with the next one.
const statements = job
  .split("\n")
  .filter((card) => !card.startsWith("//") && !card.startsWith("/*"))
  .join("\n")
  .replaceAll(/ -\n */g, " ")
  .split("\n")
  .map((statement) => statement.trim())
  .filter((statement) => statement !== "");

const said = [];
for (const statement of statements) {
  const label = /LABEL\('((?:[^']|'')*)'\)/.exec(statement)?.[1];
  if (statement.startsWith("OGET ")) {
    const [, path, dataSet] = /^OGET '(.+)' '(.+)' BINARY$/.exec(statement);
    state.dataSets[dataSet] = readFileSync(path).toString("base64");
  } else if (statement.includes(" ADDRING(")) {
    said.push(state.ring === null ? "ring added" : "ring exists");
    state.ring ??= [];
  } else if (statement.includes(" ADD('")) {
    const der = state.dataSets[/ADD\('(.+?)'\)/.exec(statement)[1]];
    const holder = Object.keys(state.certificates).find((other) => state.certificates[other] === der);
    if (holder !== undefined || label in state.certificates)
      said.push(`not added: ${holder ?? label} is there`);
    else state.certificates[label] = der;
  } else if (statement.includes(" CONNECT(")) {
    if (!(label in state.certificates)) said.push(`not connected: no ${label}`);
    else if (!state.ring.includes(label)) state.ring.push(label);
    state.most = Math.max(state.most, state.ring.length);
  } else if (statement.includes(" REMOVE(")) {
    if (!state.ring.includes(label)) said.push(`not removed: no ${label}`);
    state.ring = state.ring.filter((other) => other !== label);
  } else if (statement.includes(" CERTAUTH LIST(")) {
    said.push(`${label}: ${state.ring.includes(label) ? "in the ring" : "in no ring"}`);
  } else if (statement.includes(" DELETE(")) {
    delete state.certificates[label];
  } else if (statement.includes(" LISTRING(")) said.push(`ring: ${state.ring.join(" ")}`);
  else if (!statement.startsWith("SETROPTS "))
    throw new Error(`not a statement of this stand-in: ${statement}`);
}
writeFileSync(file, JSON.stringify(state));
process.stdout.write(`${said.join("\n")}\n`);
