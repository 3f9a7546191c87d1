import type { Secret } from "../../constructs";
import {
  type PropShapes,
  flag,
  number,
  optional,
  requireArgument,
  requireProps,
  text,
} from "../../constructs/props";
import { secretProp } from "../../constructs/secret";

/** User and password. */
export interface BasicAuthentication {
  readonly kind: "basic";
  readonly user: string;
  readonly password: Secret;
}

/** Factories of how an Integration Server says who it is without a certificate. */
export const Authentication = {
  /** By a user and a password. */
  basic(user: string, password: Secret): BasicAuthentication {
    requireArgument("Authentication.basic(…)", "user", text, user);
    requireArgument("Authentication.basic(…)", "password", secretProp, password);
    return { kind: "basic", user, password };
  },
};

/** How a flow service chooses the identity of a call. */
export type IsCallChoice =
  | ({ readonly kind: "set-key-and-chain" } & SetKeyAndChainOptions)
  | { readonly kind: "endpoint-alias"; readonly name: string };

export interface SetKeyAndChainOptions {
  /**
   * How many connections `pub.client:http` may keep open for later calls (`maxKeepAliveConnections`); 0 opens a
   * new one for each, so that no call goes out under another's identity.
   *
   * @default - the server's own setting
   */
  readonly maxKeepAliveConnections?: number;
  /**
   * Whether the flow service hands the truststore's alias over with the call, as the input `trustStore` of
   * `pub.client:http` (Integration Server 10.7 and later). Otherwise the server consults its global one.
   *
   * @default false
   */
  readonly handsOverTruststore?: boolean;
}

const chainShapes: PropShapes<SetKeyAndChainOptions> = {
  maxKeepAliveConnections: optional(number),
  handsOverTruststore: optional(flag),
};

/** Factories of how a flow service chooses the identity of a call. */
export const IsCall = {
  /** By `pub.security.keystore:setKeyAndChain` before `pub.client:http`, or by the inputs of a web service connector. */
  setKeyAndChain(options: SetKeyAndChainOptions = {}): IsCallChoice {
    requireProps("IsCall.setKeyAndChain(…)", chainShapes, options);
    return { kind: "set-key-and-chain", ...options };
  },

  /** By a consumer web service endpoint alias, which is created on the server. */
  endpointAlias(name: string): IsCallChoice {
    requireArgument("IsCall.endpointAlias(…)", "name", text, name);
    return { kind: "endpoint-alias", name };
  },
};
