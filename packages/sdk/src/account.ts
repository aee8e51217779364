/** A WhatsApp Business Account, its dataset at Meta, and how its events are treated. */
export interface NewAccount {
  /** Yours, 1 to 64 of letters, digits, `-`, `_`; made up if left out. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly wabaId: string;
  readonly phoneNumberIds?: readonly string[] | undefined;
  readonly datasetId?: string | undefined;
  /** Write-only. */
  readonly accessToken: string;
  readonly allowedEventNames?: readonly string[] | undefined;
  readonly eventNameAliases?: Readonly<Record<string, string>> | undefined;
  /** When nobody knows whether Meta took an event: send it again, or ask a person; for all, or per event name. */
  readonly unknownOutcome?: "resend" | "hold" | Readonly<Record<string, "resend" | "hold">> | undefined;
  readonly outsideClickWindow?: "skip" | "send" | undefined;
  readonly waitForClickHours?: number | undefined;
  readonly automaticEvents?: "ignore" | "forward" | undefined;
  readonly partnerAgent?: string | undefined;
}

export type AccountChanges = Partial<Omit<NewAccount, "id" | "wabaId">> & {
  /** Names that Meta refused here; leave one out to try it again. */
  readonly switchedOffEventNames?: readonly string[] | undefined;
};

/** An account as it stands: everything but the token. Times are ISO 8601. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly wabaId: string;
  readonly phoneNumberIds: readonly string[];
  readonly datasetId: string | null;
  readonly allowedEventNames: readonly string[];
  readonly eventNameAliases: Readonly<Record<string, string>>;
  readonly switchedOffEventNames: readonly string[];
  readonly unknownOutcome: "resend" | "hold" | Readonly<Record<string, "resend" | "hold">>;
  readonly outsideClickWindow: "skip" | "send";
  readonly waitForClickHours: number;
  readonly automaticEvents: "ignore" | "forward";
  readonly partnerAgent: string | null;
  readonly state: "active" | "paused";
  readonly pausedReason: string | null;
  readonly pausedAt: string | null;
  /** Meta asked it to slow down, and nothing of it leaves before; null while it may send. */
  readonly throttledUntil: string | null;
  readonly tokenVersion: number;
  readonly tokenUpdatedAt: string;
  readonly lastProbe: {
    readonly at: string;
    readonly verdict: ProbeAnswer["verdict"];
    readonly reason: string | null;
  } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What Meta said to a click that cannot exist. `wired`: token and dataset work. */
export interface ProbeAnswer {
  readonly verdict: "wired" | "accepted" | "refused" | "unclear";
  readonly reason: string | null;
  readonly explanation: string;
  /** Meta's error code, subcode and `fbtrace_id`. */
  readonly code: number | null;
  readonly subcode: number | null;
  readonly traceId: string | null;
}
