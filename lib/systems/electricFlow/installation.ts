import { choice } from "../../constructs/props";
import type { HostPlatform } from "../../model";

/** Under whose name the product is installed: Electric Cloud's, or CloudBees' since CD/RO moved its folders. */
export type ElectricFlowInstallation = "electric-cloud" | "cloudbees";

export const installationProp = choice<ElectricFlowInstallation>({ "electric-cloud": true, cloudbees: true });

interface Folders {
  /** Where the commands are, and Java. */
  readonly install: string;
  /** Where `conf` and `apache` are. */
  readonly data: string;
}

const folders: Readonly<Record<ElectricFlowInstallation, Readonly<Record<HostPlatform, Folders>>>> = {
  "electric-cloud": {
    posix: {
      install: "/opt/electriccloud/electriccommander",
      data: "/opt/electriccloud/electriccommander",
    },
    windows: {
      install: String.raw`C:\Program Files\Electric Cloud\ElectricCommander`,
      data: String.raw`C:\ProgramData\Electric Cloud\ElectricCommander`,
    },
  },
  cloudbees: {
    posix: { install: "/opt/cloudbees/sda", data: "/opt/cloudbees/sda" },
    windows: {
      install: String.raw`C:\Program Files\CloudBees\Software Delivery Automation`,
      data: String.raw`C:\ProgramData\CloudBees\Software Delivery Automation`,
    },
  },
};

/** The folders of an installation as its installer makes them. */
export function foldersOf(
  platform: HostPlatform,
  installation: ElectricFlowInstallation = "electric-cloud",
): Folders {
  return folders[installation][platform];
}
