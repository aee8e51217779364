import type { ErrorType } from "@capi-relay/contract";

/** One error code of the API. */
export interface ProblemEntry {
  readonly status: number;
  readonly type: ErrorType;
  /** What it means and what to do, for the page behind `docUrl`. */
  readonly meaning: string;
}

export type Problems = Readonly<Record<string, ProblemEntry>>;
