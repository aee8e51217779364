export const ROWS_AT_A_TIME = 2_000;
/** Fast: what is lost with a server that dies is made anew. */
export const LAX = { ordered: false, writeConcern: { w: 1, journal: false } } as const;

/** Makes so many rows, and writes them as they are made. */
export async function insertInParts<Row>(
  count: number,
  make: (at: number) => Row,
  write: (rows: Row[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += ROWS_AT_A_TIME)
    await write(Array.from({ length: Math.min(ROWS_AT_A_TIME, count - from) }, (_, at) => make(from + at)));
}
