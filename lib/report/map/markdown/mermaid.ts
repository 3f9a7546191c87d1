import { visible } from "../../../text";
import type { MapData, MapHop } from "../data/mapData";
import { ordered } from "../order";
import { shortened } from "../words";

/** More edges than these say nothing any more, long before Mermaid's own limit of 500. */
const MOST_EDGES = 40;
const LONGEST_LABEL = 50;

/** What is different as a diagram for GitHub and GitLab; undefined where nothing is, or too much to be read. */
export function changesDiagram({ hops }: MapData): readonly string[] | undefined {
  const changed = hops.filter(({ change }) => change !== undefined);
  if (changed.length === 0 || changed.length > MOST_EDGES) return undefined;
  const nodes = new Map<string, { readonly name: string; readonly label: string }>();
  const nodeOf = (key: string, label: string) => {
    const node = nodes.get(key) ?? { name: `n${nodes.size}`, label };
    nodes.set(key, node);
    return node.name;
  };
  const edges = ordered(changed, ({ caller, endpoint, id }) => [caller.label, endpoint.name, id]).map(
    (hop) => {
      const from = nodeOf(`caller ${hop.caller.key}`, hop.caller.label);
      const to = nodeOf(`endpoint ${hop.endpoint.key}`, `${hop.endpoint.name}:${hop.endpoint.port}`);
      return `  ${from} ${edgeOf(hop)} ${to}`;
    },
  );
  const declared = [...nodes.values()].map(({ name, label }) => `  ${name}["${diagramText(label)}"]`);
  return ["flowchart LR", ...declared, ...edges];
}

function edgeOf({ change, state }: MapHop): string {
  if (change === "removed") return '-.->|"− removed"|';
  const what = change === "added" ? "+ new" : "Δ changed";
  return state === "fails" ? `-->|"✕ fails, ${what}"|` : `-->|"${what}"|`;
}

/** Whatever might be Mermaid's own, or HTML, stands as a code of its character. */
function diagramText(text: string): string {
  return visible(shortened(text, LONGEST_LABEL)).replace(
    /[^\p{L}\p{N} .:_-]/gu,
    (character) => `#${character.codePointAt(0) ?? 63};`,
  );
}
