import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { SHORT_LIVED, javaProgram } from "../../support/javaProgram";
import { serverHome } from "../../support/javaServers";
import { tool } from "../../support/tools";

/** Password of stores and keys. */
export const PASSWORD = "kept-from-everybody";

/** A server of this machine that reads files of the host `local:../host` when it starts. */
export interface Product {
  /** Words that end the one that runs, start it anew and wait until it listens or is gone. */
  readonly restart: readonly string[];
  /** Ends it, whatever it is at. */
  readonly end: () => void;
  readonly port: number;
  /** Path on the host of the file that holds its settings, and the one that breaks it. */
  readonly config: string;
}

/**
 * A script that restarts a program: `restart.sh PID LOG PORT PROGRAM WORD…`. What it started lives in a session of its own,
 * so that it outlives the step as a service does.
 */
const RESTART = `#!/bin/sh
pid=$1 log=$2 port=$3
shift 3
if test -s "$pid"; then
  kill "$(cat "$pid")" 2>/dev/null
  while kill -0 "$(cat "$pid")" 2>/dev/null; do sleep 0.1; done
fi
setsid "$@" </dev/null >"$log" 2>&1 &
echo $! >"$pid"
while ! grep -q ":$(printf %04X "$port") [0-9A-F:]* 0A" /proc/net/tcp /proc/net/tcp6; do
  kill -0 "$(cat "$pid")" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.1
done
`;

export function restartable(
  state: string,
  port: number,
  program: readonly string[],
): Pick<Product, "restart" | "end" | "port"> {
  mkdirSync(state, { recursive: true });
  const script = join(state, "restart.sh");
  writeFileSync(script, RESTART);
  const pid = join(state, "pid");
  return {
    port,
    restart: ["sh", script, pid, join(state, "log"), String(port), ...program],
    end: () => {
      try {
        process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
      } catch {
        // It never ran, or has ended.
      }
    },
  };
}

/** A Java server of our own, on a store. */
export function javaProduct(root: string, port: number): Product {
  const opt = join(root, "host", "opt");
  writeFileSync(join(opt, "server.properties"), `keystore=${join(opt, "store.p12")}\nport=${port}\n`);
  const program = javaProgram(join(__dirname, "TlsServer.java"));
  const words = [tool("java"), ...SHORT_LIVED, ...program, join(opt, "server.properties")];
  return { ...restartable(join(root, "state"), port, words), config: "/opt/server.properties" };
}

/** Tomcat 10 on a store. */
export function tomcatProduct(root: string, port: number): Product {
  const opt = join(root, "host", "opt");
  const home = serverHome("tomcat10");
  const base = join(root, "tomcat");
  for (const folder of ["conf", "webapps", "logs", "temp", "work"])
    mkdirSync(join(base, folder), { recursive: true });
  writeFileSync(
    join(base, "conf", "catalina.properties"),
    readFileSync(join(home, "etc/catalina.properties")),
  );
  writeFileSync(
    join(opt, "server.xml"),
    `<?xml version="1.0"?>\n<Server port="-1"><Service name="Catalina">\n` +
      `<Connector port="${port}" address="127.0.0.1" SSLEnabled="true" scheme="https" secure="true" throwOnFailure="true">\n` +
      `<SSLHostConfig protocols="TLSv1.2+TLSv1.3"><Certificate certificateKeystoreFile="${join(opt, "store.p12")}" ` +
      `certificateKeystorePassword="${PASSWORD}" certificateKeyAlias="server"/></SSLHostConfig>\n</Connector>\n` +
      `<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>\n` +
      `</Service></Server>\n`,
  );
  const words = [
    tool("java"),
    ...SHORT_LIVED,
    "-cp",
    `${home}/bin/bootstrap.jar:${home}/bin/tomcat-juli.jar`,
    `-Dcatalina.home=${home}`,
    `-Dcatalina.base=${base}`,
    `-Djava.io.tmpdir=${join(base, "temp")}`,
    "-Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true",
    "org.apache.catalina.startup.Bootstrap",
    "-config",
    join(opt, "server.xml"),
    "start",
  ];
  return { ...restartable(join(root, "state"), port, words), config: "/opt/server.xml" };
}

/** nginx on PEM files. */
export function nginxProduct(root: string, port: number): Product {
  const opt = join(root, "host", "opt");
  const state = join(root, "state");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${state}/${kind};`,
  );
  writeFileSync(
    join(opt, "nginx.conf"),
    `daemon off;\nerror_log stderr notice;\npid ${state}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n` +
      `server {\nlisten 127.0.0.1:${port} ssl;\nssl_certificate ${opt}/server.crt;\nssl_certificate_key ${opt}/server.key;\n` +
      `keepalive_timeout 60;\nlocation / { return 200; }\n}\n}\n`,
  );
  const words = [tool("nginx"), "-c", join(opt, "nginx.conf")];
  return { ...restartable(state, port, words), config: "/opt/nginx.conf" };
}

/** What a client that knows nothing of us is shown: the fingerprint as keytool prints it; undefined where nobody serves. */
export function servedBy(port: number): string | undefined {
  const words = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", "localhost"];
  const shown = spawnSync(tool("openssl"), words, { encoding: "utf8", input: "" });
  const printed = spawnSync(tool("openssl"), ["x509", "-noout", "-fingerprint", "-sha256"], {
    encoding: "utf8",
    input: shown.stdout,
  });
  return /=([0-9A-F:]+)/.exec(printed.stdout)?.[1];
}
