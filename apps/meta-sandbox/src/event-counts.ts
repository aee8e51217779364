import { createHash } from "node:crypto";

export interface EventCounts {
  readonly eventsReceived: number;
  readonly distinctEvents: number;
  readonly duplicates: number;
}

/** What tells one event from another. A test event is not a copy of the real one with the same id. */
export interface CountedEvent {
  readonly datasetId: string;
  readonly eventId: string | null;
  readonly testEventCode: string | null;
}

interface MutableCounts {
  eventsReceived: number;
  distinctEvents: number;
  duplicates: number;
}

const NONE: EventCounts = { eventsReceived: 0, distinctEvents: 0, duplicates: 0 };

/**
 * Counts accepted events and their copies, by dataset, event id and whether it is a test. Meta removes no duplicates
 * among messaging events, so neither does this: it only tells. Memory is one short hash per distinct event, and a Map
 * holds at most 2^24 of them: start a new epoch before that.
 */
export class EventCounter {
  readonly #copies = new Map<string, number>();
  readonly #byDataset = new Map<string, MutableCounts>();
  readonly #total: MutableCounts = { ...NONE };

  /**
   * Answers which copy of its event this is, from 1. Events without an id cannot be told apart: each is a first copy.
   */
  count({ datasetId, eventId, testEventCode }: CountedEvent): number {
    const copy = eventId === null ? 1 : this.#nextCopy([datasetId, eventId, testEventCode !== null]);
    for (const counts of [this.#total, this.#countsOf(datasetId)]) {
      counts.eventsReceived += 1;
      if (copy === 1) counts.distinctEvents += 1;
      else counts.duplicates += 1;
    }
    return copy;
  }

  get total(): EventCounts {
    return { ...this.#total };
  }

  ofDataset(datasetId: string): EventCounts {
    return { ...(this.#byDataset.get(datasetId) ?? NONE) };
  }

  get datasetIds(): string[] {
    return [...this.#byDataset.keys()];
  }

  #nextCopy(identity: readonly unknown[]): number {
    const key = createHash("sha256").update(JSON.stringify(identity)).digest("base64url").slice(0, 22);
    const copy = (this.#copies.get(key) ?? 0) + 1;
    this.#copies.set(key, copy);
    return copy;
  }

  #countsOf(datasetId: string): MutableCounts {
    const counts = this.#byDataset.get(datasetId) ?? { ...NONE };
    this.#byDataset.set(datasetId, counts);
    return counts;
  }
}
