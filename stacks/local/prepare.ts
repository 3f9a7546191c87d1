import { randomBytes } from "node:crypto";
import { LocalHosts } from "../../lib/cli/init/localHosts";
import { prepareDeclared } from "./declared";
import { prepareElectricFlow } from "./electricFlow";
import { prepareXmatters } from "./xmatters";

/** Lays, once, the state that the real servers of the local environment are in on day one, below the working directory. */
const hosts = new LocalHosts(".");
const draw = { now: new Date(), randomBytes };
// The products' own stores and passwords come first: what is there already stays.
for (const prepare of [prepareElectricFlow, prepareXmatters, prepareDeclared]) prepare(hosts, draw);
