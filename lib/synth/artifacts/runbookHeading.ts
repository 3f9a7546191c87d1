import { type HostPlan, isDeployedHost, type Runbook, type TrustPlan } from "../../model";
import {
  markdownCode,
  markdownCodeBlock,
  markdownText,
  RUN_VARIABLE,
  shellQuote,
  windowsPromptSet,
} from "../../text";
import { runCommands } from "./runbookCopies";

/**
 * What is said and done before the first chapter.
 *
 * @param bringing those of the host's runbooks that may know of a `keytool`; undefined where none is used
 */
export function runbookHeading(
  plan: TrustPlan,
  host: HostPlan,
  bringing: readonly Runbook[] | undefined,
): string[] {
  const windows = host.platform === "windows";
  const language = windows ? "bat" : "sh";
  return [
    `# Runbook for ${markdownText(host.id)}`,
    "",
    `Stack ${markdownCode(plan.stack)}, environment ${markdownCode(plan.environment)}. ${isDeployedHost(host) ? deployed(plan) : unpacked}`,
    "as the account that the product's files belong to or as the administrator. Paste line by line: a command that asks for a",
    "password takes a line that is pasted after it for the answer.",
    "",
    "Go on only where the check after a step agrees. Where one does not, or where the product does not come up, follow the way back",
    isDeployedHost(host)
      ? "at the end of the chapter: what these steps change is copied before, on each run, and what was deployed goes back as it came."
      : "at the end of the chapter: every file is copied before it is changed, on each run, and the way back puts these copies back.",
    "",
    ...(windows
      ? [
          "The window is one of `cmd.exe`, not of PowerShell. **Not proven by its makers**: these commands were not run on Windows; those of",
          "keytool are the ones that were run on Linux.",
          "",
        ]
      : []),
    ...orderLines(plan, host),
    ...backOrderLines(plan, host),
    "Begin with this, in the window in which all of it is done. It names the run; copies end in `.before-` and that name, and",
    "a file that was not there is remembered by an empty one that ends in `.absent-` and that name.",
    "",
    ...markdownCodeBlock(language, runCommands(host), ""),
    "",
    `To go on in another window, paste it there too, and then ${markdownCode(windows ? `set "${RUN_VARIABLE}=NAME"` : `${RUN_VARIABLE}=NAME`)}, with the name that the copies end in.`,
    "",
    ...(bringing === undefined ? [] : keytoolLines(host, bringing)),
    isDeployedHost(host)
      ? `Afterwards run ${markdownCode(`cdktf-trust verify ${plan.stack} --environment ${plan.environment}`)}.`
      : `Afterwards copy the changed files back and run ${markdownCode(`cdktf-trust verify ${plan.stack} --host ${host.id}=DIRECTORY`)}.`,
    "",
  ];
}

const unpacked =
  "Unpack the archive on the machine, and run every command in the folder that it was unpacked to,";

/** What a deploy has done already on a machine that Terraform reaches. */
function deployed({ stack, environment }: TrustPlan): string {
  const deploy = `cdktf-trust deploy ${stack} --environment ${environment}`;
  return `${markdownCode(deploy)} puts stores, files and settings in place. This is what is left to do on the machine after it,`;
}

/** Who has to be ready before this machine presents something, and how. */
function orderLines(plan: TrustPlan, host: HostPlan): string[] {
  const relying = relyingHosts(plan, host.id);
  const isMutual = (id: string) => relyingHosts(plan, id).includes(host.id);
  const kindOf = (id: string) => plan.hosts.find((other) => other.id === id)?.kind;
  const isDeployed = (id: string) => plan.hosts.some((other) => other.id === id && isDeployedHost(other));
  const named = (ids: readonly string[]) => ids.map(markdownCode).join(", ");
  const manual = relying.filter((id) => kindOf(id) === "manual");
  const groups: readonly (readonly [readonly string[], string])[] = [
    [manual.filter((id) => !isMutual(id)), "follow their runbooks to the end."],
    [
      manual.filter(isMutual),
      "this machine relies on them, too. Bring to both what each is to trust (_Trust_, or the file with anchors), restart both, and only then do the rest of either.",
    ],
    [relying.filter((id) => isDeployed(id)), "deploy them, and restart what runs there."],
    [
      relying.filter((id) => kindOf(id) !== "manual" && !isDeployed(id)),
      "they are somebody else's. Have their word that they trust it.",
    ],
  ];
  const lines = groups.filter(([ids]) => ids.length > 0).map(([ids, what]) => `- ${named(ids)}: ${what}`);
  if (lines.length === 0) return [];
  return [
    "**Do theirs first.** These rely on what this machine presents, and must trust a certificate before it is presented:",
    "",
    ...lines,
    "",
  ];
}

/** Who has to have gone back before this machine no longer trusts it. */
function backOrderLines(plan: TrustPlan, host: HostPlan): string[] {
  const presenting = plan.hosts.filter(({ id }) => relyingHosts(plan, id).includes(host.id));
  if (presenting.length === 0) return [];
  return [
    `**A way back is taken in the other order.** Where these already present what this machine is to trust since this run, they go back first: ${presenting.map(({ id }) => markdownCode(id)).join(", ")}.`,
    "",
  ];
}

/** Ids of other hosts that trust what this one presents, or are going to. */
function relyingHosts({ hops, endpoints }: TrustPlan, hostId: string): string[] {
  const relying = hops.flatMap(({ endpointId, clientHostId, bindingId }) => {
    const serverHostId = endpoints.find(({ id }) => id === endpointId)?.hostId;
    if (serverHostId === hostId) return [clientHostId];
    return clientHostId === hostId && bindingId !== undefined ? (serverHostId ?? []) : [];
  });
  return [...new Set(relying)].filter((id) => id !== hostId).sort();
}

function keytoolLines(host: HostPlan, runbooks: readonly Runbook[]): string[] {
  const [folder] = runbooks.flatMap(({ keytool = [] }) => keytool);
  if (folder === undefined)
    return [
      "`keytool` is in `bin` of the Java that the product runs on, often `jre/bin` below the product: put that first on the PATH.",
      "",
    ];
  const command =
    host.platform === "windows"
      ? `${windowsPromptSet("PATH", folder).slice(0, -1)};%PATH%"`
      : `PATH=${shellQuote(host.platform, folder)}:$PATH; export PATH`;
  return [
    "Take the `keytool` of the product's own Java:",
    "",
    ...markdownCodeBlock(host.platform === "windows" ? "bat" : "sh", command, ""),
    "",
  ];
}
