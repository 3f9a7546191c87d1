// A stand-in for ectool and its server: real signatures, state that lasts, and the server's own refusals.
// ECTOOL_STATE names a JSON file: { session, promoted, properties, calls }.
const { readFileSync, writeFileSync } = require("node:fs");

const file = process.env.ECTOOL_STATE;
const state = JSON.parse(readFileSync(file, "utf8"));
const [command, ...words] = process.argv.slice(2);
state.calls.push([command, ...words]);

const OPTIONS = {
  getProperty: ["expand"],
  setProperty: ["value", "valueFile", "expandable"],
  deleteProperty: [],
};

function refuse(code, message) {
  save();
  process.stderr.write(`ectool error [${code}]: ${message}\n`);
  process.exit(1);
}

function save() {
  writeFileSync(file, JSON.stringify(state));
}

/** Positional arguments, and options that each take a value. */
function parse(known) {
  const [positional, options] = [[], {}];
  for (let i = 0; i < words.length; i++) {
    const name = words[i].startsWith("--") ? words[i].slice(2) : undefined;
    if (name === undefined) positional.push(words[i]);
    else if (!known.includes(name)) refuse("InvalidArgument", `Unrecognized option '${name}'`);
    else if (i + 1 === words.length) refuse("MissingArgument", `Option '${name}' has no value`);
    else options[name] = words[++i];
  }
  return { positional, options };
}

/** The path in the project of a version: /plugins/<key>/project is that of the promoted one. */
function resolve(path) {
  const inPlugin = /^\/plugins\/EC-ISPW\/project\/(.+)$/.exec(path);
  if (inPlugin === null) return path;
  if (state.promoted === null) refuse("NoSuchPlugin", "No such plugin: 'EC-ISPW'");
  return `/projects/${state.promoted}/${inPlugin[1]}`;
}

const known = OPTIONS[command];
if (known === undefined) refuse("UnknownCommand", `${command} is not a command of this stand-in`);
if (!state.session) refuse("InvalidCredentialsOrSession", "The session is missing or has expired");
const { positional, options } = parse(known);
const path = resolve(positional[0] ?? refuse("MissingArgument", "propertyName"));
const project = /^\/projects\/([^/]+)\/(.+)$/.exec(path);

if (command === "getProperty") {
  const value = project?.[2] === "projectName" ? project[1] : state.properties[path];
  if (value === undefined) refuse("NoSuchProperty", `No such property: '${path}'`);
  if (options.expand !== "0" && value.includes("$[")) {
    // KBEC-00262: expansion is on by default, and there is no job to take the reference from.
    refuse("NoSuchProperty", "Invalid property path: Found no match in any context");
  }
  process.stdout.write(`${value}\n`);
} else if (command === "setProperty") {
  const given = [positional[1], options.value, options.valueFile].filter((value) => value !== undefined);
  if (positional.length > 2 || given.length !== 1) refuse("InvalidArgument", "one value");
  if (options.expandable === "0") refuse("InvalidArgument", "the plugin could not take the reference");
  state.properties[path] =
    options.valueFile === undefined ? given[0] : readFileSync(options.valueFile, "utf8");
  process.stdout.write(`<response><property><propertyName>${path}</propertyName></property></response>\n`);
} else {
  if (state.properties[path] === undefined) refuse("NoSuchProperty", `No such property: '${path}'`);
  delete state.properties[path];
}
save();
