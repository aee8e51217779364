/** Where a walk stands: events come in the order in which they were accepted. */
export interface BulkPosition {
  readonly acceptedAt: Date;
  readonly id: string;
}

/** What every order of an operator about many events holds, whatever is done with them, and how far it has come. */
export interface BulkOrderRow {
  readonly _id: string;
  readonly state: "running" | "stopping" | "stopped" | "finished";
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** How many it was about when it was ordered. */
  readonly planned: number;
  readonly perSecond: number;
  readonly position: BulkPosition | null;
  /** Events that it could not be done with, by the reason of the refusal. */
  readonly refused: Readonly<Record<string, number>>;
}
