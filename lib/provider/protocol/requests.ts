import type { DynamicValue } from "./dynamicValue";

/* What Terraform sends, in the words of `tfplugin6.proto`. */

/** ValidateResourceConfig, ValidateDataResourceConfig, ReadDataSource: what is declared. */
export interface TypedConfigRequest {
  readonly type_name: string;
  readonly config: DynamicValue | null;
}

/** ConfigureProvider: the provider block. */
export interface ConfigureRequest {
  readonly config: DynamicValue | null;
}

/** UpgradeResourceState: a row as an earlier version of its schema wrote it. */
export interface UpgradeRequest {
  readonly type_name: string;
  readonly version: number;
  readonly raw_state: { readonly json: Uint8Array };
}

/** ReadResource: a row to be refreshed. */
export interface ReadRequest {
  readonly type_name: string;
  readonly current_state: DynamicValue | null;
  readonly private: Uint8Array;
}

/** PlanResourceChange: a row and what is declared. */
export interface PlanRequest {
  readonly type_name: string;
  readonly prior_state: DynamicValue | null;
  readonly proposed_new_state: DynamicValue | null;
  readonly config: DynamicValue | null;
  readonly prior_private: Uint8Array;
}

/** ApplyResourceChange: a row and what was planned. */
export interface ApplyRequest {
  readonly type_name: string;
  readonly prior_state: DynamicValue | null;
  readonly planned_state: DynamicValue | null;
  readonly planned_private: Uint8Array;
}

/** ImportResourceState: what a person calls something that is there. */
export interface ImportRequest {
  readonly type_name: string;
  readonly id: string;
}
