/** Which running object of ElectricFlow an EC-ISPW callback reports to. */
export type CallbackContextParameter = "jobId" | "jobStepId" | "flowRuntimeId" | "workflowId";

export interface IspwCallbackOptions {
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
   * @default `$[/myJob/jobId]` and its like for the other parameters
   */
  readonly contextReference?: string;
}

/** One event of the array that the EC-ISPW plugin keeps in its `ec_callback_…` properties. */
export interface IspwCallback {
  readonly name: "completed" | "failed" | "terminated";
  readonly method: "PUT";
  readonly url: string;
}

const contexts: Readonly<
  Record<CallbackContextParameter, { readonly properties: readonly string[]; readonly reference: string }>
> = {
  jobId: { properties: ["ec_callback_job"], reference: "$[/myJob/jobId]" },
  jobStepId: { properties: ["ec_callback_jobStep"], reference: "$[/myJobStep/jobStepId]" },
  flowRuntimeId: {
    properties: ["ec_callback_flow", "ec_callback_pipeline"],
    reference: "$[/myFlowRuntime/flowRuntimeId]",
  },
  workflowId: { properties: ["ec_callback_workflow"], reference: "$[/myWorkflow/workflowId]" },
};

/**
 * Names of the plugin project's properties that hold the callbacks of a context parameter
 * (cloudbees-oss/EC-ISPW, `dsl/promote.groovy`).
 */
export function callbackProperties(parameter: CallbackContextParameter): readonly string[] {
  return contexts[parameter].properties;
}

/**
 * The callbacks as ISPW is asked to make them: it sets the property `ec_callback_response` through
 * ElectricFlow's REST interface.
 */
export function ispwCallbacks(port: number, options: IspwCallbackOptions): IspwCallback[] {
  const { contextParameter } = options;
  const address = options.address ?? "$[/server/hostIP]";
  const reference = options.contextReference ?? contexts[contextParameter].reference;
  return (["completed", "failed", "terminated"] as const).map((name) => ({
    name,
    method: "PUT",
    url: `https://${address}:${port}/rest/v1.0/properties/ec_callback_response?${contextParameter}=${reference}&value=${name}`,
  }));
}
