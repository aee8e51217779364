/** Meta's error envelope, read defensively. Decisions use code and subcode only: Meta localises the texts. */
export interface GraphError {
  readonly code: number;
  readonly subcode: number | null;
  readonly isTransient: boolean;
  readonly traceId: string | null;
  readonly title: string | null;
  readonly message: string | null;
}

/** What came of one request to Meta. Every way it can go, as a value. */
export type GraphAnswer =
  /** A readable 200. It counts as delivered only if `eventsReceived` equals what was sent. */
  | {
      readonly kind: "counted";
      readonly httpStatus: number;
      readonly eventsReceived: number;
      readonly traceId: string | null;
      /** The usage headers' demand to wait, in milliseconds. */
      readonly slowDownMs: number | null;
    }
  /** A parsed error envelope, whatever the HTTP status: Meta did not take the events. */
  | {
      readonly kind: "refused";
      readonly httpStatus: number;
      readonly error: GraphError;
      /** `Retry-After` or the usage headers' time to regain access, in milliseconds. */
      readonly waitMs: number | null;
    }
  /** A 429 without a readable envelope. */
  | { readonly kind: "throttled"; readonly httpStatus: number; readonly waitMs: number | null }
  /** The body never left: connection refused, DNS, TLS, connect timeout. */
  | { readonly kind: "not_sent"; readonly cause: string }
  /** The body left and no clear answer came: timeout, reset, HTML, truncated or empty answer, a redirect. */
  | { readonly kind: "unclear"; readonly httpStatus: number | null; readonly cause: string };
