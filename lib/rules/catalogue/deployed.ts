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
  "chain-cut": {
    cause:
      "a declared identity stands on its host without certificates of the chain that the plan pins; who has them by chance still takes it, others do not",
    remedy:
      "deploy again; where the key was not put there from here, import the authority's reply again, with its whole chain",
  },
  "format-differs": {
    cause:
      "a store is in another format (JKS, JCEKS, PKCS12) than the plan declares under the same name; a warning where the declared reader is known to open it all the same",
    remedy:
      "deploy again, which puts back a store that was made from here; convert another one (`cdktf-trust store convert`), or declare what it is",
  },
  "key-not-declared": {
    level: "warning",
    cause:
      "a key that is not declared stands in a store from which Java picks, and keeps the declared one from being presented",
    remedy:
      "ask whose it is; give it a store of its own, take it out (`cdktf-trust store remove`), or have the product name the alias: a deploy leaves it, because it is somebody else's",
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
  "setting-differs": {
    cause:
      "a product's own file says something else than was declared and set, for example that TLS is off, or another port",
    remedy: "deploy again, or declare what it says now; and see whether the product was restarted since",
  },
  "file-differs": {
    cause:
      "configuration that was delivered was changed on its host, for example whether clients are asked for a certificate",
    remedy: "deploy again, or declare the change; and see whether the product was reloaded since",
  },
  "file-missing": {
    cause: "a declared file is not there",
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
  "served-differs": {
    cause:
      "a running server presents another certificate than its files hold, because it was not restarted or reloaded since, reads other files, or something else answers at its address",
    remedy: "restart or reload the product, then verify again",
  },
  "not-called": {
    cause:
      "the machine of the client was not reached, or lets nobody call through it, so that nothing is known of the server",
    remedy: "see what keeps that machine with `cdktf-trust host check`, then verify again",
  },
  "accepts-anyone": {
    cause:
      "a server that is declared to require a client certificate answers a caller without one, or with a stranger's",
    remedy:
      "see that the running product requires client certificates and checks them against its truststore, and that nothing in front of it ends TLS",
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
