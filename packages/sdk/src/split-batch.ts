/** Limits of the batch route: events, and bytes of the whole body with room for what stands around the events. */
const MAX_EVENTS = 1_000;
const MAX_BYTES = 4 * 1024 * 1024 - 1_024;

export interface BatchChunk {
  /** Where its first event stands in the whole list. */
  readonly first: number;
  readonly wire: readonly object[];
}

/** Cuts a list into requests that the API takes, in order. */
export function splitBatch(events: readonly object[]): readonly BatchChunk[] {
  const chunks: { first: number; wire: object[] }[] = [];
  let bytes = 0;
  for (const [index, event] of events.entries()) {
    const size = new TextEncoder().encode(JSON.stringify(event)).length + 1;
    const open = chunks.at(-1);
    if (open === undefined || open.wire.length === MAX_EVENTS || bytes + size > MAX_BYTES) {
      chunks.push({ first: index, wire: [event] });
      bytes = size;
    } else {
      open.wire.push(event);
      bytes += size;
    }
  }
  return chunks;
}
