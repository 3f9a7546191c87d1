import { Construct } from "constructs";
import type { ConfigSetting } from "../model";
import { invalidPattern } from "./errors";
import { type IHost, absolutePath, hostProp } from "./host";
import { planIdOf, stateKey } from "./key";
import { contributes } from "./planContribution";
import { type PropShapes, listOf, ofKind, optional, requireProps, text } from "./props";

export interface ConfigFileProps {
  /** The machine that it lies on. */
  readonly host: IHost;
  /** Absolute path; the last component is matched without regard to case. */
  readonly path: string;
  /** The values that are ours. */
  readonly settings: readonly ConfigSetting[];
  /**
   * A copy of the site's own file, relative to the project's root: synth then writes the whole edited file
   * among the artifacts, where it can be reviewed.
   *
   * @default - synth writes what is to be set, and the edit happens on the host alone
   */
  readonly source?: string;
  /** Key in the plan and in Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

const shapes: PropShapes<ConfigFileProps> = {
  host: hostProp,
  path: text,
  settings: listOf(
    ofKind<ConfigSetting>('{ kind: "xml-attribute", … }, { kind: "property", … } or { kind: "line", … }', {
      "xml-attribute": true,
      property: true,
      line: true,
    }),
    "a list of settings",
  ),
  source: optional(text),
  key: optional(text),
};

/** A product's own file in which a few values are ours and everything else stays as it is. */
export class ConfigFile extends Construct {
  constructor(scope: Construct, id: string, props: ConfigFileProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    for (const setting of props.settings) if (setting.kind === "line") checkPattern(this, setting.pattern);
    const path = absolutePath(props.host, props.path);
    contributes(this, () => ({
      hosts: [props.host.plan],
      configFiles: [
        {
          id: planIdOf(this),
          hostId: props.host.hostId,
          path,
          settings: props.settings,
          ...(props.source === undefined ? {} : { source: props.source }),
        },
      ],
    }));
  }
}

/** So that the line of code is at fault that declares it, and not a deploy. */
function checkPattern(scope: Construct, pattern: string): void {
  try {
    new RegExp(pattern);
  } catch (cause) {
    throw invalidPattern(scope.node.path, pattern, cause instanceof Error ? cause.message : String(cause));
  }
}
