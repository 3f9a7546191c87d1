import { certificateRules } from "./catalogue/certificates";
import { clientCertificateRules } from "./catalogue/clientCertificates";
import { connectionRules } from "./catalogue/connections";
import { deployedRules } from "./catalogue/deployed";
import { productRules } from "./catalogue/products";
import type { Rule, Rules } from "./catalogue/rule";
import { storeRules } from "./catalogue/stores";
import { trustRules } from "./catalogue/trust";

/** The rules by subject, in the order in which people and `diagnose` read them. */
const subjects = {
  "The certificate that is presented": certificateRules,
  "The chain and what is trusted": trustRules,
  "Client certificates": clientCertificateRules,
  "Stores, their keys and aliases": storeRules,
  "What is deployed": deployedRules,
  "Rules of single products": productRules,
  "Told from logs and live servers": connectionRules,
} as const;

type Subjects = typeof subjects;

/** Stable name of a rule; `docs/verdicts.md` has a section for each. */
export type RuleId = { [Subject in keyof Subjects]: keyof Subjects[Subject] }[keyof Subjects];

export const RULES_BY_SUBJECT: Readonly<Record<string, Rules>> = subjects;

/** Every rule once. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  ...certificateRules,
  ...trustRules,
  ...clientCertificateRules,
  ...storeRules,
  ...deployedRules,
  ...productRules,
  ...connectionRules,
};
