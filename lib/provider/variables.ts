/**
 * `1` where what another stack has to do first is an error in the plan already, because the apply of this very plan
 * comes next. Elsewhere the plan warns: it may be a pull request's, or that of one of two stacks that wait for each
 * other, whose anchors the apply puts in place all the same.
 */
export const REFUSE_AT_PLAN_VARIABLE = "CDKTF_TRUST_REFUSE_AT_PLAN";

/** `1` where Terraform was called to destroy, `0` where it was not; where it is not set, the provider looks for itself. */
export const DESTROYING_VARIABLE = "CDKTF_TRUST_DESTROYING";

/** Argument with which the provider's bundle serves every Terraform that is told where it listens. */
export const ATTACHED_WORD = "attached";

/** Names a file to which the provider adds a line of JSON for each thing that it did. */
export const JOURNAL_VARIABLE = "CDKTF_TRUST_JOURNAL";

/** `1` where each line that a command of an activation prints is passed on, as `activation NAME: text`. */
export const LIVE_VARIABLE = "CDKTF_TRUST_LIVE";

/** What such a line begins with. */
export const LIVE_PREFIX = "activation ";
