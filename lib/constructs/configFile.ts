import { Construct } from "constructs";
import type { ConfigSetting } from "../model";
import { type IHost, absolutePath } from "./host";
import { contributes } from "./planContribution";

export interface ConfigFileProps {
  readonly host: IHost;
  /** Absolute path; the last component is matched without regard to case. */
  readonly path: string;
  readonly settings: readonly ConfigSetting[];
}

/** A product's own file in which a few values are ours and everything else stays as it is. */
export class ConfigFile extends Construct {
  constructor(scope: Construct, id: string, props: ConfigFileProps) {
    super(scope, id);
    const path = absolutePath(props.host, props.path);
    contributes(this, () => ({
      hosts: [props.host.plan],
      configFiles: [{ id: this.node.path, hostId: props.host.hostId, path, settings: props.settings }],
    }));
  }
}
