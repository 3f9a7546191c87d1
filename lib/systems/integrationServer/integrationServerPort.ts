import type { Construct } from "constructs";
import {
  type Acceptance,
  type Client,
  HttpsCallbackEndpoint,
  type HttpsCallbackEndpointProps,
  type ITrustable,
} from "../../constructs";
import { acceptanceOf } from "../../constructs/acceptance";
import type { IntegrationServerTruststore } from "./integrationServerStores";

export interface IntegrationServerPortProps extends HttpsCallbackEndpointProps {
  readonly truststore?: IntegrationServerTruststore;
  /** Makes a certificate stand for a user of the server. */
  readonly maps: (user: string, certificateOf: ITrustable) => void;
}

/** An HTTPS port of an Integration Server: a client that stands for a user gets its certificate mapped. */
export class IntegrationServerPort extends HttpsCallbackEndpoint {
  private readonly clients: IntegrationServerTruststore | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly portProps: IntegrationServerPortProps,
  ) {
    const { maps: _maps, ...props } = portProps;
    super(scope, id, props);
    this.clients = portProps.truststore;
  }

  override accepts(client: Client): Acceptance | undefined {
    if (client.user !== undefined) this.portProps.maps(client.user, client.presents);
    return this.clients === undefined ? undefined : acceptanceOf(this, this.clients, client);
  }
}
