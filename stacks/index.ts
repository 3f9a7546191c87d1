import type { Construct } from "constructs";
import type { TrustStack } from "../lib";
import { CesStack } from "./ces";
import { ElectricFlowIspwStack } from "./electricFlowIspw";
import { ElectricFlowReplacedStack } from "./electricFlowReplaced";
import { GenericServersStack } from "./genericServers";
import { IntegrationCloudStack } from "./integrationCloud";
import { IntegrationServerStack } from "./integrationServer";
import { MutualTlsStack } from "./mutualTls";
import { XmattersStack } from "./xmatters";

/** Makes the stacks of the example environment, by the names that they are deployed under. */
export function exampleStacks(scope: Construct): TrustStack[] {
  return [
    new ElectricFlowIspwStack(scope, "electricflow-ispw"),
    new ElectricFlowReplacedStack(scope, "electricflow-replaced"),
    new MutualTlsStack(scope, "mutual-tls"),
    new XmattersStack(scope, "xmatters"),
    new IntegrationServerStack(scope, "integration-server"),
    new IntegrationCloudStack(scope, "integration-cloud"),
    new CesStack(scope, "ces"),
    new GenericServersStack(scope, "generic-servers"),
  ];
}
