import { runCli } from "./run";
import { outputsOf } from "./screen/terminalOutput";

// Whoever reads the output may stop before its end, as `| head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

// Nobody else may write what we make, nor what the app and Terraform make for us, whatever the umask was. Reading is
// left as it was: what is secret is made 0600, and a product must be able to read what its hooks make.
process.umask(process.umask() | 0o022);

/** The program `cdktf-trust`. */
void runCli(process.argv.slice(2), {
  ...outputsOf(process, process.env),
  stdin: () => process.stdin,
  environment: process.env,
  workingDirectory: process.cwd(),
  now: new Date(),
  clock: () => performance.now(),
  // Loaded when it is needed: many a command draws nothing.
  randomBytes: (length) => process.getBuiltinModule("node:crypto").randomBytes(length),
}).then((exitCode) => {
  // Not process.exit: what was written to a pipe must get there.
  process.exitCode = exitCode;
});
