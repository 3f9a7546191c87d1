import { spawnSync } from "node:child_process";

import fc from "fast-check";

import { ConfigError, readStdenv } from "../../lib/config";

const member = `#!/bin/sh
# This is a shell script which configures any environment variables
# for the Java JVM.
. /etc/profile
export JAVA_HOME=/usr/lpp/java/J8.0_64   # 64 bit
export PATH=/bin:"\${JAVA_HOME}"/bin
LIBPATH=/lib:/usr/lib:"\${JAVA_HOME}"/bin
LIBPATH="$LIBPATH":"\${JAVA_HOME}"/lib/s390
export LIBPATH="$LIBPATH":
APP_HOME=$JAVA_HOME
CLASSPATH=$APP_HOME:"\${JAVA_HOME}"/lib
for i in "\${APP_HOME}"/*.jar; do
    CLASSPATH="$CLASSPATH":"$i"
    done
export CLASSPATH="$CLASSPATH":
IJO="-Xms16m -Xmx128m; it's # no comment"
export IBM_JAVA_OPTIONS="$IJO "
`;

function failure(text: string): string {
  try {
    readStdenv(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("readStdenv", () => {
  it("reads a member as the JZOS samples have it", () => {
    expect(readStdenv(member)).toEqual({ javaHome: "/usr/lpp/java/J8.0_64" });
    expect(readStdenv(member.replaceAll("\n", "\r\n"))).toEqual({ javaHome: "/usr/lpp/java/J8.0_64" });
  });

  it.each([
    ["JAVA_HOME=/a/b", "/a/b"],
    ["export JAVA_HOME=/a/b/", "/a/b"],
    ["export X=1 JAVA_HOME='/a b' Y; Z=2", "/a b"],
    ["X=1;export X JAVA_HOME=/a", "/a"],
    ["JAVA_HOME=/old\nexport JAVA_HOME=/new", "/new"],
    ["J=/usr/lpp\nV=8.0\nJAVA_HOME=$J/java/J${V}_64", "/usr/lpp/java/J8.0_64"],
    ["JAVA_HOME=/usr\nJAVA_HOME=$JAVA_HOME/lpp", "/usr/lpp"],
    ["J=/usr; JAVA_HOME=\"${J}/a b\"/'$c'\\ d", "/usr/a b/$c d"],
    ['JAVA_HOME="/a\'b~c\\d"', "/a'b~c\\d"],
    ["export \\\n  JAVA_HOME=/usr\\\n/lpp\nX=1", "/usr/lpp"],
    ["# JAVA_HOME=/no\nJAVA_HOME=/a#b # JAVA_HOME=/no", "/a#b"],
    ["echo JAVA_HOME=/no && JAVA_HOME=/a", "/a"],
    ["JAVA_HOME=/a\nJAVA_HOME=/no java -version", "/a"],
    ["JAVA_HOME=/a\nJAVA_HOME_2=/no\nMY_JAVA_HOME=/no", "/a"],
    ["X=$(date; echo)\nY=`x`\nJAVA_HOME=/a", "/a"],
  ])("reads %j as a shell does", (text, javaHome) => {
    expect(readStdenv(text)).toEqual({ javaHome });
    const shell = spawnSync("sh", ["-c", `${text}\nprintf '%s' "$JAVA_HOME"`], { encoding: "utf8" });
    expect(shell.stdout.replace(/.*\n/, "").replace(/\/$/, "")).toBe(javaHome);
  });

  it.each([
    ["export PATH=/bin", "JAVA_HOME is not set"],
    ["JAVA_HOME=$BASE/java", "line 1 uses $BASE, which the text does not set"],
    ["X=1\nJAVA_HOME=`x`", "line 2 uses `x`"],
    ['JAVA_HOME="$(x)"', "line 1 uses $(x)"],
    ["JAVA_HOME=${X:-/a}", "line 1 uses ${X:-/a}"],
    ["JAVA_HOME=~/java", "line 1 uses ~/java"],
    ["B=$(x)\nJAVA_HOME=$B/y", "line 1 uses $(x)"],
    ["JAVA_HOME=/a\nif [ -d /b ]; then export JAVA_HOME=/b; fi", "under a condition or in a loop in line 2"],
    ["JAVA_HOME=java", 'JAVA_HOME is "java", which is not an absolute path'],
    ["JAVA_HOME=", 'JAVA_HOME is "", which is not an absolute path'],
    ['X=1\nJAVA_HOME="/a', "line 2: a quote or bracket is never closed"],
  ])("says why %j tells nothing", (text, words) => {
    expect(failure(text)).toContain(words);
  });
});

describe("a job", () => {
  const job = (dd: string, data: string): string =>
    ["//ISPWCES  JOB (ACCT),'CES',CLASS=A", "//JAVA     EXEC PROC=JVMPRC86", dd, data].join("\n");

  it.each([
    ["//STDENV   DD *", "export JAVA_HOME=/a\n/*\n//X DD *\nJAVA_HOME=/no\n/*"],
    ["//STDENV DD *", "export JAVA_HOME=/a\n//X DD *\nJAVA_HOME=/no"],
    ["//JAVA.STDENV DD *", "export JAVA_HOME=/a"],
    ["//STDENV DD DATA", "//EXPORT DD\nexport JAVA_HOME=/a\n/*\nJAVA_HOME=/no"],
    ["//STDENV DD *,DLM=@@", "/* x\nexport JAVA_HOME=/a\n@@\nJAVA_HOME=/no"],
    ["//STDENV DD DATA,DLM='$$'   comment", "export JAVA_HOME=/a\n$$\nJAVA_HOME=/no"],
  ])("has it in-stream: %s", (dd, data) => {
    expect(readStdenv(job(dd, data))).toEqual({ javaHome: "/a" });
  });

  it("counts lines from its own start", () => {
    expect(failure(job("//STDENV DD *", "\nJAVA_HOME=$X"))).toContain("line 5 uses $X");
  });

  it("may point elsewhere, or say nothing", () => {
    expect(failure(job("//STDENV DD DSN=ISPW.PARM(STDENV),DISP=SHR", ""))).toContain(
      "(line 3) points to ISPW.PARM(STDENV). Give a copy of that.",
    );
    expect(failure(job("//SYSOUT DD SYSOUT=*", ""))).toContain("a job without a STDENV DD statement");
  });
});

it("reads what a shell reads, whatever the quotes", () => {
  const pieces = fc.constantFrom(
    "a",
    "/",
    " ",
    "'",
    '"',
    "\\",
    "$X",
    "${X}",
    "#",
    ";",
    "\n",
    "~",
    "=",
    "'b'",
    '"$X c"',
    "\\\n",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = `X=x\nJAVA_HOME=/${parts.join("")}`;
      let javaHome: string;
      try {
        ({ javaHome } = readStdenv(text));
      } catch {
        return;
      }
      const shell = spawnSync("sh", ["-c", `${text}\nprintf '>%s' "$JAVA_HOME"`], {
        encoding: "utf8",
        env: {},
      });
      // What is no shell text at all says nothing to either.
      if (!shell.stdout.includes(">")) return;
      expect([text, shell.stdout.replace(/^[^]*>/, "").replace(/(?<=.)\/+$/, "")]).toEqual([text, javaHome]);
    }),
    { numRuns: process.env["SLOW"] === "1" ? 5_000 : 150 },
  );
});
