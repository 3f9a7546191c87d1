import type { Certificate } from "../../pki";
import type { Finding } from "../../model";
import { finding, refusal } from "../../rules";
import { type Answer, type Call, firstAnswer, refusesCertificate } from "./answer";
import { type StrangersOptions, strangers } from "./strangers";

export interface IntruderOptions extends StrangersOptions {
  /** `HOST:PORT`, for people. */
  readonly address: string;
  /** What the findings are about. */
  readonly subject: string;
  /** The certificate that the declared client presents. @default - it presents none */
  readonly client?: Certificate;
  /** What the server said to the declared client. @default - nobody knows */
  readonly welcome?: Answer;
}

/** With these a product turns away whom its TLS has let in. */
const TURNED_AWAY: ReadonlySet<number> = new Set([400, 401, 403]);

/**
 * Tries what must not work with a server that requires client certificates. Whoever gets an answer there is an error, by
 * the rule `accepts-anyone`; where the product turns everybody away alike, nobody can tell, which is a warning.
 */
export async function intruders(
  call: Omit<Call, "identity">,
  { address, subject, client, welcome, ...options }: IntruderOptions,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { who, identity } of strangers(client, options)) {
    const answer = await firstAnswer({ ...call, ...(identity === undefined ? {} : { identity }) });
    const said = acceptance(answer, welcome);
    if (said === undefined) continue;
    const facts = `${address} requires a client certificate by its declaration, and ${who} ${said.text}`;
    found.push(finding(subject, refusal("accepts-anyone", facts), said.level));
    // One open door is enough to know, and to have tried.
    break;
  }
  return found;
}

/** How a stranger was let in; undefined where it was not, or where nothing was to be seen. */
function acceptance(
  answer: Answer,
  welcome: Answer | undefined,
): { readonly text: string; readonly level: "error" | "warning" } | undefined {
  switch (answer.kind) {
    case "unreached":
    case "refused":
    case "silent":
      return undefined;
    case "taken":
      return { text: "is taken", level: "error" };
    case "http": {
      if (refusesCertificate(answer)) return undefined;
      if (!TURNED_AWAY.has(answer.status)) return { text: `is answered: ${answer.text}`, level: "error" };
      const isAlike = welcome?.kind === "http" && welcome.status === answer.status;
      const text = `gets the same answer as the declared client, so that nobody can tell here whether it is let in: ${answer.text}`;
      return isAlike ? { text, level: "warning" } : undefined;
    }
  }
}
