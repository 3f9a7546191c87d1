/**
 * `1` where what another stack has to do first is an error in the plan already, because the apply of this very plan
 * comes next. Elsewhere the plan warns: it may be a pull request's, or that of one of two stacks that wait for each
 * other, whose anchors the apply puts in place all the same.
 */
export const REFUSE_AT_PLAN_VARIABLE = "CDKTF_TRUST_REFUSE_AT_PLAN";

/** `1` where Terraform was called to destroy, `0` where it was not; where it is not set, the provider looks for itself. */
export const DESTROYING_VARIABLE = "CDKTF_TRUST_DESTROYING";

/** `1` where what is there as declared is taken over, and nothing on a host may be written but the records beside the files. */
export const ADOPTING_VARIABLE = "CDKTF_TRUST_ADOPTING";

/** Argument with which the provider's bundle serves every Terraform that is told where it listens. */
export const ATTACHED_WORD = "attached";

/** Names a file to which each change, command, proof and roll-back is appended as one line of JSON. */
export const JOURNAL_VARIABLE = "CDKTF_TRUST_JOURNAL";

/** `1` where what the commands of activations print is shown on standard error as it comes. */
export const LIVE_VARIABLE = "CDKTF_TRUST_LIVE";

/** What each line begins with that is shown so; the activation's name and a colon follow. */
export const LIVE_PREFIX = "activation ";
