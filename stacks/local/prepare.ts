import { resolve } from "node:path";
import { prepareElectricFlow } from "./electricFlow";
import { LocalHosts } from "./localHosts";
import { prepareBareServers } from "./bareServers";
import { prepareMutualTls } from "./mutualTls";
import { prepareXmatters } from "./xmatters";

/** Lays, once, the state that the real servers of the local environment are in on day one, below the working directory. */
const hosts = new LocalHosts(resolve(".local"));
for (const prepare of [prepareElectricFlow, prepareMutualTls, prepareXmatters, prepareBareServers])
  prepare(hosts);
