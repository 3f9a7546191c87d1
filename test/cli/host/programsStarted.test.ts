import { programsStarted } from "../../../lib/cli/host/check/programsStarted";

type Plans = Parameters<typeof programsStarted>[0];

it("are those of the steps on the host, each once", () => {
  const run = (hostId: string, ...steps: readonly (readonly ["host" | "runner", ...string[]])[]): object => ({
    hostId,
    way: { kind: "run", steps: steps.map(([on, ...argv]) => ({ on, argv })) },
  });
  const plans = [
    {
      activations: [
        run("flow", ["host", "systemctl", "restart", "x"], ["runner", "curl"], ["host", "/opt/x/ctl"]),
      ],
    },
    { activations: [run("flow", ["host", "systemctl", "reload", "y"]), run("ispw", ["host", "stopsrc"])] },
    { activations: [{ hostId: "flow", way: { kind: "manual", text: "Restart it." } }] },
    {},
  ] as unknown as Plans;
  expect(programsStarted(plans, "flow")).toEqual(["systemctl", "/opt/x/ctl"]);
});
