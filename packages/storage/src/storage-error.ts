/** MongoDB did not do what was asked, or did not say whether it did. The text is fixed: driver messages carry data. */
export class StorageUnavailable extends Error {
  readonly code = "storage_unavailable";

  constructor(cause: unknown) {
    super("MongoDB is not available.", { cause });
    this.name = "StorageUnavailable";
  }

  /** May be logged. */
  get safeMessage(): string {
    return this.message;
  }
}

/** MongoDB gave up a query that took too long: what was asked for is too wide. */
export class QueryTooSlow extends Error {
  readonly code = "query_too_slow";

  constructor() {
    super("The query took too long.");
    this.name = "QueryTooSlow";
  }

  /** May be logged. */
  get safeMessage(): string {
    return this.message;
  }
}

const MAX_TIME_EXPIRED = 50;

/** True for the failure of a query that was given a bound in time and met it. */
export function isTooSlow(error: unknown): boolean {
  const cause: unknown = error instanceof StorageUnavailable ? error.cause : error;
  return typeof cause === "object" && cause !== null && "code" in cause && cause.code === MAX_TIME_EXPIRED;
}

const DUPLICATE_KEY = 11_000;

export function isDuplicateKey(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === DUPLICATE_KEY;
}

/** Runs one database operation; whatever the driver throws becomes `StorageUnavailable`, except a duplicate key. */
export async function storing<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (isDuplicateKey(error) || error instanceof StorageUnavailable) throw error;
    throw new StorageUnavailable(error);
  }
}
