import { benchSynth } from "./synth";
import { benchTerraform } from "./terraform";

/** Everything that is measured, in one run. */
process.stdout.write(`Synth with a pinned lock, JKS stores\n${benchSynth()}\n\n`);
process.stdout.write(`Terraform, the provider beside terraform_data\n${benchTerraform()}\n`);
