import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JavaServer } from "../../../lib/systems";
import { type ServerName, serverHome } from "../../support/javaServers";
import { tool } from "../../support/tools";
import type { Declaration } from "./declaration";
import { whileRunning } from "./products";

/** A directory for a server, with what it needs beside the declared files. */
export interface ServerBase {
  readonly name: ServerName;
  readonly directory: string;
}

const isTomcat = ({ name }: ServerBase): boolean => name.startsWith("tomcat");

/** Declares the server's configuration where it is going to look for it. */
export function configure(base: ServerBase, server: JavaServer): void {
  server.configuration(isTomcat(base) ? join(base.directory, "conf", "trust-connector.xml") : base.directory);
}

/** Runs the real server on what was declared, as its own start script would. */
export async function whileServing<T>(
  base: ServerBase,
  { files }: Pick<Declaration, "files">,
  options: { readonly port: number; readonly environment: NodeJS.ProcessEnv },
  action: () => Promise<T>,
): Promise<T> {
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(path), { recursive: true });
    if (content.kind === "text") writeFileSync(path, content.text, { mode });
  }
  const words = isTomcat(base) ? tomcatWords(base) : jettyWords(base);
  return await whileRunning(tool("java"), words, options, action);
}

/** Lays Tomcat's own files, which include the declared connector, and gives the words that start it. */
export function tomcatWords({ name, directory }: ServerBase): string[] {
  const home = serverHome(name);
  for (const folder of ["conf", "webapps", "logs", "temp", "work"])
    mkdirSync(join(directory, folder), { recursive: true });
  const webXml = join(home, "etc", "web.xml");
  if (existsSync(webXml)) cpSync(webXml, join(directory, "conf", "web.xml"));
  writeFileSync(
    join(directory, "conf", "server.xml"),
    '<!DOCTYPE Server [<!ENTITY trust SYSTEM "trust-connector.xml">]>' +
      '<Server port="-1"><Service name="Catalina">&trust;<Engine name="Catalina" defaultHost="localhost">' +
      '<Host name="localhost" appBase="webapps"/></Engine></Service></Server>',
  );
  const loaded = ["${catalina.home}/lib", "${catalina.home}/lib/*.jar"].map((place) => `"${place}"`);
  writeFileSync(
    join(directory, "conf", "catalina.properties"),
    `common.loader=${loaded.join()}\n` +
      "org.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource\n",
  );
  return [
    "-cp",
    `${home}/bin/bootstrap.jar:${home}/bin/tomcat-juli.jar`,
    `-Dcatalina.home=${home}`,
    `-Dcatalina.base=${directory}`,
    `-Djava.io.tmpdir=${join(directory, "temp")}`,
    "org.apache.catalina.startup.Bootstrap",
  ];
}

/** Debian's `start.jar` of Jetty 12 looks for its libraries below /usr/share/java. */
function jettyWords({ name, directory }: ServerBase): string[] {
  const home = serverHome(name);
  const starts =
    name === "jetty12"
      ? ["-cp", `${home}/start.jar:${home}/lib/*:${home}/lib/logging/*`, "org.eclipse.jetty.start.Main"]
      : ["-jar", join(home, "start.jar")];
  return [...starts, `jetty.home=${home}`, `jetty.base=${directory}`];
}
