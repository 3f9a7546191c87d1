import type { Rules } from "./rule";
import { ALIAS_DOES_NOT_EXIST } from "./texts";

/** What hosts hold compared with the plan, and what keeps a hop from being proven. */
export const deployedRules = {
  "certificate-differs": {
    cause:
      "a declared alias or file holds another certificate than the plan pins; an anchor that the hop does not need is a warning",
    remedy:
      "deploy again; if somebody renewed it on purpose, observe it with `cdktf-trust lock --observe`, or adopt the one that is there",
  },
  "entry-missing": {
    cause: "a declared alias is not in its store",
    remedy: "deploy again (a Java upgrade replaces cacerts), or name the alias that is there",
    says: [ALIAS_DOES_NOT_EXIST],
  },
  "store-missing": {
    cause: "a declared store's file is not there",
    remedy: "deploy, or see whether the product moved it",
  },
  "file-missing": {
    cause: "a declared certificate or key file is not there",
    remedy: "deploy, or see whether the product moved it",
  },
  "file-unreadable": {
    cause: "a file cannot be read, or does not hold what it should",
    remedy: "do what the message says",
  },
  "secret-missing": {
    cause: "a secret reference leads to nothing where the check runs",
    remedy: "set it there; the message names the reference, never the value",
  },
  "host-unreachable": {
    cause: "a part of a hop is on a host that nobody logs in to",
    remedy: "copy its files back, under their own paths, and name that directory (`--host ID=DIRECTORY`)",
  },
  "not-declared": {
    cause: "a plan speaks of a part that it does not declare",
    remedy: "synthesise again",
  },
  "hop-not-judged": {
    level: "warning",
    cause: "the certificates of a hop are not known yet, so nothing about it is proven",
    remedy: "run `cdktf-trust lock`, with `--observe` for what hosts hold already",
  },
  "unsigned-lock": {
    level: "warning",
    cause: "the lock is of format 1, which is not signed, so that anybody could have changed it",
    remedy: "run `cdktf-trust lock`, and commit the lock and `cdktf.json`",
  },
  "nothing-to-let-pass": {
    level: "warning",
    cause: "a call is declared with `strict: false`, and nothing about it is refused by our strictness alone",
    remedy: "drop `strict: false` and its reason, so that what comes next is seen",
  },
  "not-rehearsed": {
    level: "warning",
    cause: "a private key stays on its host, so no handshake was made",
    remedy: "run `cdktf-trust verify` after the deploy, which proves the hop",
  },
} as const satisfies Rules;
