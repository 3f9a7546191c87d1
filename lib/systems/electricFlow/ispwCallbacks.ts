import { choice, object, optional, text } from "../../constructs/props";

/** From where a procedure of EC-ISPW is run, and so what its callback reports to. */
export type CallbackContext = "workflow" | "pipeline" | "flow" | "jobStep" | "job";

/** Which running object of ElectricFlow an EC-ISPW callback reports to. */
export type CallbackContextParameter = "jobId" | "jobStepId" | "flowRuntimeId" | "workflowId";

export interface IspwCallbackOptions {
  /** Parameter of the procedure that names what the callback reports to. */
  readonly contextParameter: CallbackContextParameter;
  /**
   * Host part of the callback URL.
   *
   * @default `$[/server/hostIP]`, which the server replaces by its *Server IP address* setting
   */
  readonly address?: string;
  /**
   * What ElectricFlow replaces by the id.
   *
   * @default - the plugin's own reference, for example `$[/myJob/jobId]`
   */
  readonly contextReference?: string;
}

export const contextProp = choice<CallbackContext>({
  workflow: true,
  pipeline: true,
  flow: true,
  jobStep: true,
  job: true,
});

export const callbackProp = object<IspwCallbackOptions>("{ contextParameter }", {
  contextParameter: choice<CallbackContextParameter>({
    jobId: true,
    jobStepId: true,
    flowRuntimeId: true,
    workflowId: true,
  }),
  address: optional(text),
  contextReference: optional(text),
});

/** One event of the array that the EC-ISPW plugin keeps in its `ec_callback_…` properties. */
export interface IspwCallback {
  readonly name: "completed" | "failed" | "terminated";
  readonly method: "PUT";
  readonly url: string;
}

/** One property of the plugin's project, and what it is to hold. */
export interface IspwCallbackProperty {
  readonly context: CallbackContext;
  /** `ec_callback_…`, from which the plugin takes the events of a context. */
  readonly name: string;
  /** What each URL says of the context: `jobId=$[/myJob/jobId]`. */
  readonly query: string;
  readonly events: readonly IspwCallback[];
}

/**
 * What each context is known by (cloudbees-oss/EC-ISPW, `dsl/promote.groovy`), in the order in which the plugin's
 * `setupCallback.pl` looks for one that it runs in.
 */
const contexts: Readonly<
  Record<CallbackContext, { readonly parameter: CallbackContextParameter; readonly reference: string }>
> = {
  workflow: { parameter: "workflowId", reference: "$[/myWorkflow/workflowId]" },
  pipeline: { parameter: "flowRuntimeId", reference: "$[/myPipelineRuntime/id]" },
  flow: { parameter: "flowRuntimeId", reference: "$[/myFlowRuntime/id]" },
  jobStep: { parameter: "jobStepId", reference: "$[/myParent/jobStepId]" },
  job: { parameter: "jobId", reference: "$[/myJob/jobId]" },
};

const all: readonly CallbackContext[] = ["workflow", "pipeline", "flow", "jobStep", "job"];

/** The plugin's properties that a server declares, by context or by the one parameter of `callback`. */
export function declaredCallbacks(
  port: number,
  {
    callback,
    callbacks = [],
  }: {
    readonly callback?: IspwCallbackOptions | undefined;
    readonly callbacks?: "all" | readonly CallbackContext[] | undefined;
  },
): IspwCallbackProperty[] {
  if (callback !== undefined)
    // A flow's parameter is a pipeline's, too; the flow has always come first.
    return all
      .filter((context) => contexts[context].parameter === callback.contextParameter)
      .toReversed()
      .map((context) => callbackProperty(context, port, callback));
  return all
    .filter((context) => callbacks === "all" || callbacks.includes(context))
    .map((context) => callbackProperty(context, port));
}

/**
 * The callbacks of a context as ISPW is asked to make them: it sets the property `ec_callback_response` through
 * ElectricFlow's REST interface.
 */
function callbackProperty(
  context: CallbackContext,
  port: number,
  options: Omit<IspwCallbackOptions, "contextParameter"> = {},
): IspwCallbackProperty {
  const { parameter, reference } = contexts[context];
  const address = options.address ?? "$[/server/hostIP]";
  const query = `${parameter}=${options.contextReference ?? reference}`;
  return {
    context,
    name: `ec_callback_${context}`,
    query,
    events: (["completed", "failed", "terminated"] as const).map((name) => ({
      name,
      method: "PUT",
      url: `https://${address}:${port}/rest/v1.0/properties/ec_callback_response?${query}&value=${name}`,
    })),
  };
}
