/** One thing that did not come as foretold. */
export interface Mismatch {
  readonly eventId: string;
  readonly foretold: string;
  readonly got: string;
}
