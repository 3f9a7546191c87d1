import { isPresentedBefore } from "../../java";
import type { Finding } from "../../model";
import { finding, refusal } from "../../rules";

/** Callers that the switch to TLS cuts off. */
export function cutOff(subject: string, port: number, callers: readonly string[]): Finding[] {
  if (callers.length === 0) return [];
  const facts = `from its restart on the agent speaks TLS alone on port ${port}, and these still call it with http://: ${callers.join(", ")}`;
  return [
    finding(
      subject,
      refusal("plain-callers", facts, "agree with each when its URL becomes https:// before the restart"),
    ),
  ];
}

/** Keys of the store that Java would present instead. */
export function shadowing(subject: string, alias: string, others: readonly string[]): Finding[] {
  return others
    .filter((other) => !isPresentedBefore(alias, other))
    .map((other) => {
      const facts =
        `alias "${alias}" stands beside "${other}" in one keystore, and Java's default key manager presents ` +
        `"${other}" first: callers would see the wrong certificate`;
      const remedy =
        'choose an alias that comes before it, for example "new-cert", "server" or "tomcat" (of a key of the same type: ' +
        "EC goes before RSA under any alias), " +
        'or say keyManager: "NewSunX509" where the agent runs with that one';
      return finding(subject, refusal("other-identity-presented", facts, remedy));
    });
}
