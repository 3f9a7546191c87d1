import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { findServer, type ServerName, serverHome } from "../../support/javaServers";
import { SHORT_LIVED } from "../../support/javaProgram";
import { findTool, tool } from "../../support/tools";
import { program } from "../support/scripts";

/** Ports of the servers that really run. */
export type RealPorts = Readonly<Record<"tomcat" | "jetty" | "nginx", number>>;

/** The servers that really run when a runbook is followed: where they keep what, and how they are started. */
export class RealProducts {
  private readonly logs: string;

  /**
   * @param root what the runbooks change is below it
   * @param state what servers write is below it
   */
  constructor(
    private readonly root: string,
    private readonly state: string,
  ) {
    this.logs = join(state, "logs");
    mkdirSync(this.logs);
  }

  /** Lines of a POSIX shell that define what `systemctl` needs: `serve restart NAME COMMAND…`. */
  readonly functions: readonly string[] = [
    "serve() {",
    "  verb=$1; name=$2; shift 2",
    `  log=$LOGS/$name.log; pid=$LOGS/$name.pid`,
    '  if test "$verb" != start && test -e "$pid"; then',
    '    kill "$(cat "$pid")"',
    // One that is dead and that nobody has waited for is a zombie.
    '    while grep -qs "^State:[[:space:]]*[^Z[:space:]]" "/proc/$(cat "$pid")/status"; do sleep 0.1; done',
    '    rm "$pid"',
    "  fi",
    '  if test "$verb" != stop; then',
    '    : > "$log"',
    '    "$@" </dev/null >"$log" 2>&1 &',
    '    echo $! > "$pid"',
    "    for attempt in $(seq 600); do",
    `      if grep -qE 'Server startup in|: Started @' "$log"; then return 0; fi`,
    '      kill -0 "$(cat "$pid")" || break',
    "      sleep 0.1",
    "    done",
    '    cat "$log"; return 1',
    "  fi",
    "}",
  ];

  /** Cases of `systemctl VERB NAME`. */
  get services(): string[] {
    const { root, state, logs } = this;
    const java = tool("java");
    const serve = (name: ServerName, words: readonly string[]) => [
      `  ${name}) LOGS='${logs}'; test "$1" = show || serve "$1" ${name} '${java}' ${[...SHORT_LIVED, ...words].map((word) => `'${word}'`).join(" ")} ;;`,
    ];
    const tomcat = join(state, "tomcat");
    return [
      ...(findServer("tomcat10") === undefined
        ? []
        : serve("tomcat10", [
            "-cp",
            `${serverHome("tomcat10")}/bin/bootstrap.jar:${serverHome("tomcat10")}/bin/tomcat-juli.jar`,
            `-Dcatalina.home=${serverHome("tomcat10")}`,
            `-Dcatalina.base=${tomcat}`,
            `-Djava.io.tmpdir=${join(tomcat, "temp")}`,
            "org.apache.catalina.startup.Bootstrap",
          ])),
      ...(findServer("jetty9") === undefined
        ? []
        : serve("jetty9", [
            "-jar",
            join(serverHome("jetty9"), "start.jar"),
            `jetty.home=${serverHome("jetty9")}`,
            `jetty.base=${join(root, "jetty")}`,
          ])),
    ];
  }

  /** Lays what they have on day one, and `nginx` into `tools`. */
  lay(tools: string): void {
    const { root, state } = this;
    const write = (text: string, ...place: string[]) => {
      mkdirSync(join(...place, ".."), { recursive: true });
      writeFileSync(join(...place), text);
    };
    write(
      '<?xml version="1.0"?>\n<Server port="-1">\n<Service name="Catalina">\n' +
        '<Engine name="Catalina" defaultHost="localhost">\n<Host name="localhost" appBase="webapps"/>\n' +
        "</Engine>\n</Service>\n</Server>\n",
      root,
      "tomcat/conf/server.xml",
    );
    if (findServer("tomcat10") !== undefined)
      cpSync(
        join(serverHome("tomcat10"), "etc/catalina.properties"),
        join(root, "tomcat/conf/catalina.properties"),
      );
    for (const folder of ["webapps", "logs", "temp", "work"])
      mkdirSync(join(state, "tomcat", folder), { recursive: true });
    // As Debian has it.
    symlinkSync(join(root, "tomcat/conf"), join(state, "tomcat/conf"));
    write("--module=http\njetty.http.port=0\n", root, "jetty/start.d/http.ini");
    this.layNginx(tools);
  }

  private layNginx(tools: string): void {
    const { root, state } = this;
    const nginx = findTool("nginx");
    if (nginx === undefined) return;
    const folder = join(state, "nginx");
    mkdirSync(folder);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    mkdirSync(join(root, "nginx"), { recursive: true });
    writeFileSync(
      join(root, "nginx/nginx.conf"),
      `pid ${folder}/pid;\nerror_log ${folder}/log notice;\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n` +
        `server {\nlisten unix:${folder}/socket;\n}\n}\n`,
    );
    const real = `'${nginx}' -p '${folder}' -c '${root}/nginx/nginx.conf'`;
    program(
      tools,
      "nginx",
      [
        "#!/bin/sh",
        "set -eu",
        `gone() { grep -c 'exited with code 0' '${folder}/log' || true; }`,
        'if [ "$1" = start ]; then',
        `  exec ${real}`,
        "fi",
        'if [ "$1" != -s ]; then',
        `  exec ${real} "$@"`,
        "fi",
        "before=$(gone)",
        `${real} "$@"`,
        // It answers with what it has read once the workers of before are gone.
        'for attempt in $(seq 200); do [ "$(gone)" -gt "$before" ] && exit 0; sleep 0.1; done',
        "exit 1",
        "",
      ].join("\n"),
    );
  }

  /** What a server has said since it was started. */
  said(name: ServerName): string {
    return readFileSync(join(this.logs, `${name}.log`), "utf8");
  }

  /** Ends what runs. */
  stop(): void {
    const nginx = join(this.state, "nginx/pid");
    const files = readdirSync(this.logs)
      .filter((name) => name.endsWith(".pid"))
      .map((name) => join(this.logs, name));
    for (const file of [...files, ...(existsSync(nginx) ? [nginx] : [])])
      end(Number(readFileSync(file, "utf8")));
  }
}

/** One that did not come up has ended by itself. */
function end(id: number): void {
  try {
    process.kill(id);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
