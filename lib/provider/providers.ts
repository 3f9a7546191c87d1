import { journalled } from "./activation/journalled";
import { forgetPlans, notePlan } from "./activation/memo";
import { refuseOtherEnvironment } from "./claims/environment";
import { configure, providerAttributes } from "./configuration";
import type { Provider } from "./protocol";
import { reachingHosts, reachingHostsToRead } from "./reachHost";
import { activationResource } from "./resources/activation";
import { configFileResource } from "./resources/configFile";
import { fileResource } from "./resources/file";
import { handshakeDataSource } from "./resources/handshakeData";
import { keyEntryResource } from "./resources/keyEntry";
import { keystoreResource } from "./resources/keystore";
import { keystoreDataSource } from "./resources/keystoreData";
import { nullResource } from "./resources/nullResource";
import { truststoreEntryResource } from "./resources/truststoreEntry";

/** Delivers stores and files to hosts. */
export const trustProvider: Provider = {
  description:
    "Certificate trust between servers: entries in keystores and truststores, and the files around them.",
  version: 1,
  attributes: providerAttributes,
  configure: (block: Parameters<typeof configure>[0]) => {
    configure(block);
    forgetPlans();
  },
  admit: ({ owner }) => {
    if (typeof owner === "string") refuseOtherEnvironment(owner);
  },
  notePlan,
  resources: [keystoreResource, keyEntryResource, truststoreEntryResource, fileResource, configFileResource]
    .map(journalled)
    .concat(activationResource)
    .map(reachingHosts)
    .concat(nullResource),
  dataSources: [keystoreDataSource, handshakeDataSource].map(reachingHostsToRead),
};

/** The embedded null provider: for states that name it, and for null resources that are not told who serves them. */
export const nullProvider: Provider = {
  description: "The null_resource of the registry's null provider, for networks without a registry.",
  version: 0,
  attributes: {},
  configure: () => undefined,
  resources: [nullResource],
  dataSources: [],
};
