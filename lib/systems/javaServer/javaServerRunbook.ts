import { Activation, type IHost } from "../../constructs";
import type { ActivationWay, Runbook, RunbookBack, RunbookStep } from "../../model";
import { shellQuote } from "../../text";
import { activationStep } from "../../constructs/activationStep";
import { serviceRestart } from "../activation";
import type { JavaProduct } from "./javaProduct";
import type { StoreSettings } from "./javaTlsSettings";
import { type ProductRunbook, productRunbook } from "./productRunbook";

/** What the runbook of a Java server is made of. */
export interface JavaServerRunbookProps {
  readonly host: IHost;
  readonly product: JavaProduct | undefined;
  /** The product with its version, for people. */
  readonly name: string;
  /** @default - as the product's installer or pages call it */
  readonly service: string | undefined;
  /** @default - a restart of the service; without one, people restart it */
  readonly activation: ActivationWay | undefined;
  readonly port: number;
  /** Where the product's files are; undefined where none were declared. */
  readonly configurationPath: string | undefined;
  readonly stores: readonly StoreSettings[];
  /** What it presents, by the name that a client asks for. */
  readonly presented: readonly { readonly name: string; readonly identityId: string }[];
}

/** What makes a Java server read its files again: they are read at start-up only. */
export function javaServerActivation(props: JavaServerRunbookProps): ActivationWay {
  return wayOf(withFacts(props));
}

/** The same, with what is known of the product. */
interface JavaServerRunbook extends JavaServerRunbookProps {
  readonly facts: ProductRunbook | undefined;
}

/** What a person does once stores and files are in place. */
export function javaServerRunbook(id: string, props: JavaServerRunbookProps): Runbook {
  const { host, name, presented } = props;
  const runbook = withFacts(props);
  const { facts } = runbook;
  const unproven = unprovenOf(runbook, props.service === undefined);
  return {
    id,
    hostId: host.hostId,
    title: `${name} ${presented[0]?.name ?? ""}`,
    steps: stepsOf(runbook),
    ...(facts === undefined ? {} : { covers: facts.covers }),
    back: backOf(runbook),
    ...(unproven.length === 0 ? {} : { unproven }),
  };
}

function withFacts(props: JavaServerRunbookProps): JavaServerRunbook {
  const { host, product, configurationPath, port } = props;
  const facts = product === undefined ? undefined : productRunbook(host, product, configurationPath, port);
  return { ...props, facts, service: props.service ?? facts?.service };
}

function wayOf({ activation, service, host, name }: JavaServerRunbook): ActivationWay {
  if (activation !== undefined) return activation;
  return service === undefined
    ? Activation.manual(restartText(name))
    : serviceRestart(host.platform, service);
}

function restartText(name: string): string {
  return `Restart ${name}: it reads its stores and files at start-up only.`;
}

/** From the passwords to what clients are shown. */
function stepsOf(runbook: JavaServerRunbook): RunbookStep[] {
  return [
    ...passwordStep(runbook),
    ...(runbook.facts?.includes ?? []),
    activationStep(runbook.host.platform, wayOf(runbook), {
      text: restartText(runbook.name),
      check: upAgain(runbook),
    }),
    ...runbook.presented.map(({ name, identityId }) => ({
      text: `See what ${runbook.name} presents to clients that call \`${name}\`.`,
      command: presentedCommand(runbook, name),
      check: "The first certificate has this SHA-256 fingerprint:",
      shows: { identityId, part: "leaf" as const },
    })),
  ];
}

/** The server as it was before the run: the files come back while it stands. */
function backOf(runbook: JavaServerRunbook): RunbookBack {
  const { name, facts, presented } = runbook;
  return {
    before: [
      ...(facts?.excludes ?? []),
      { text: `Stop ${name}.`, ...command(runbook, "stop"), check: "It does not run any more." },
    ],
    after: [
      { text: `Start ${name}.`, ...command(runbook, "start"), check: "It runs, and its log has no error." },
      ...presented.map((one) => ({
        text: `See what ${name} presents to clients that call \`${one.name}\`.`,
        command: presentedCommand(runbook, one.name),
        check:
          "The first certificate is the one of before. Where nothing was served before, nothing answers.",
      })),
    ],
  };
}

/** What could not be run here. */
function unprovenOf({ host, facts, service }: JavaServerRunbook, isServiceGuessed: boolean): string[] {
  return [
    ...(facts?.unproven ?? []),
    ...(isServiceGuessed && service !== undefined
      ? [
          `The service is taken to be called \`${service}\`; declare \`service\` where the site calls it otherwise.`,
        ]
      : []),
    ...(host.platform === "windows" ? ["The service was not restarted on Windows."] : []),
  ];
}

function passwordStep(runbook: JavaServerRunbook): RunbookStep[] {
  const { host, service, stores, product, configurationPath, name } = runbook;
  if (configurationPath === undefined) return [];
  const passwordFile = passwordFileOf(product);
  const listed = [...new Set(stores.map(({ variable }) => variable))]
    .map((variable) => {
      const opened = stores.filter((store) => store.variable === variable);
      return `\`${variable}\`, the one of ${opened.map(({ path }) => `\`${path}\``).join(" and ")}`;
    })
    .join("; ");
  if (passwordFile !== undefined)
    return [
      {
        text: `Put the passwords of the stores into \`${passwordFile}\`, unless they are in it: ${listed}.`,
        check: `The file has a line for each, and nobody but ${name} and the administrator may read it.`,
      },
    ];
  return [
    {
      text: `Give ${name} the passwords of its stores in its environment, unless it has them: ${listed}. They belong ${environmentPlace(host)}, never into its command line.`,
      ...(host.platform === "windows" || service === undefined
        ? {}
        : { command: `systemctl show --property=EnvironmentFiles ${shellQuote("posix", service)}` }),
      check: `${name} is going to be started with each of these variables.`,
    },
  ];
}

/** Where people put a password that the product's own files refer to. */
export function passwordPlace({ host, product }: Pick<JavaServerRunbookProps, "host" | "product">): string {
  const passwordFile = passwordFileOf(product);
  return passwordFile === undefined ? environmentPlace(host) : `in \`${passwordFile}\``;
}

function passwordFileOf(product: JavaProduct | undefined): string | undefined {
  return product?.kind === "kafka" ? product.passwordFile : undefined;
}

function environmentPlace({ platform }: IHost): string {
  return platform === "windows"
    ? "as variables of the account that the service runs under"
    : "in a file that root alone may read and that the service's unit names with `EnvironmentFile=`";
}

/** `net` ends once the service has stopped or started. */
function command({ host, service }: JavaServerRunbook, verb: "stop" | "start"): Pick<RunbookStep, "command"> {
  if (service === undefined) return {};
  const word = shellQuote(host.platform, service);
  if (host.platform === "posix") return { command: `systemctl ${verb} ${word}` };
  return { command: `net ${verb} ${word}` };
}

function upAgain({ facts, service, name }: JavaServerRunbook): string {
  const log = facts?.log;
  const known = service === undefined ? "It is up again" : "The command ends without an error";
  return log === undefined ? `${known}.` : `${known}, and the log of ${name} says since then ${log}.`;
}

function presentedCommand({ host, port }: JavaServerRunbook, name: string): string {
  return `keytool -printcert -sslserver ${shellQuote(host.platform, `${name}:${port}`)}`;
}
