import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { EventCounter } from "./event-counts.ts";
import type { JsonRecord } from "./json-record.ts";
import { readLines } from "./read-lines.ts";

/** One accepted event. The token itself is never written, only its fingerprint. */
export interface ReceivedEvent {
  /** 1 for the first event ever accepted; grows by one, also across restarts and epochs. */
  readonly ordinal: number;
  readonly receivedAt: string;
  readonly datasetId: string;
  readonly tokenFingerprint: string;
  readonly eventId: string | null;
  readonly eventName: string;
  /** 1 for the first, 2 for the first duplicate, and so on; by dataset and event id, within the epoch. */
  readonly copy: number;
  readonly testEventCode: string | null;
  readonly partnerAgent: string | null;
  readonly event: JsonRecord;
}
export type Acceptance = Omit<ReceivedEvent, "ordinal" | "copy">;

export interface ReceivedQuery {
  readonly datasetId?: string | undefined;
  readonly eventId?: string | undefined;
  /** Only events with a greater ordinal. */
  readonly after: number;
  readonly limit: number;
}

const LoggedEvent = z.looseObject({
  ordinal: z.int().positive(),
  datasetId: z.string(),
  eventId: z.string().nullable(),
  event: z.record(z.string(), z.unknown()),
});
const EpochLine = z.looseObject({ epoch: z.int().positive() });

const KEPT_IN_MEMORY = 20;
/** One byte offset is remembered per this many events, so that reading from the middle does not start at the top. */
const INDEX_STEP = 1000;

/**
 * The append-only record of what was accepted, as JSON lines. A line is written before the answer leaves, in one
 * synchronous write: a sandbox killed at any moment has logged everything it answered for.
 */
export class ReceivedLog {
  readonly #path: string;
  readonly #file: number;
  #size = 0;
  #ordinal = 0;
  #epoch = 1;
  #broken = false;
  #counter = new EventCounter();
  #latest: ReceivedEvent[] = [];
  #index: { ordinal: number; start: number }[] = [];

  private constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    // Readable, so that a torn last line can be told.
    this.#file = openSync(path, "a+");
  }

  /** Opens or creates the log and counts again what is in it. */
  static async open(path: string): Promise<ReceivedLog> {
    const log = new ReceivedLog(path);
    log.#closeTornLine();
    for await (const { text, start } of readLines(path, 0)) log.#recall(text, start);
    return log;
  }

  /** Appends all events of one request together. Throws, from then on always, when the disk refuses. */
  append(acceptances: readonly Acceptance[]): void {
    // Turned into text first: an event that cannot be written must not be counted.
    const bodies = acceptances.map((acceptance) => JSON.stringify(acceptance).slice(1));
    if (this.#broken) throw new Error("the log of received events could not be written; restart the sandbox");
    // If counting or writing fails half-way, counts and log disagree until the log is read again: take nothing more.
    this.#broken = true;
    let start = this.#size;
    const lines = acceptances.map((acceptance, at) => {
      const ordinal = this.#ordinal + 1;
      const copy = this.#counter.count(acceptance);
      const line = `{"ordinal":${ordinal},"copy":${copy},${bodies[at]}\n`;
      this.#remember({ ordinal, copy, ...acceptance }, start);
      start += Buffer.byteLength(line);
      return line;
    });
    this.#write(lines.join(""));
    this.#broken = false;
  }

  /** Counts start again at nothing; the log keeps every line. */
  startEpoch(at: Date): void {
    this.#forget(this.#epoch + 1);
    this.#write(`${JSON.stringify({ epoch: this.#epoch, startedAt: at.toISOString() })}\n`);
  }

  /** Events of this epoch, oldest first. */
  async find({ datasetId, eventId, after, limit }: ReceivedQuery): Promise<ReceivedEvent[]> {
    const found: ReceivedEvent[] = [];
    const from = this.#index.findLast((entry) => entry.ordinal <= after + 1) ?? this.#index[0];
    if (from === undefined) return found;
    for await (const { text } of readLines(this.#path, from.start)) {
      const event = parseEvent(text);
      if (event === null || event.ordinal <= after) continue;
      if (datasetId !== undefined && event.datasetId !== datasetId) continue;
      if (eventId !== undefined && event.eventId !== eventId) continue;
      found.push(event);
      if (found.length >= limit) break;
    }
    return found;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get counts(): Pick<EventCounter, "total" | "ofDataset" | "datasetIds"> {
    return this.#counter;
  }

  /** The newest accepted events of this epoch, newest first. */
  get latest(): readonly ReceivedEvent[] {
    return this.#latest.toReversed();
  }

  close(): void {
    closeSync(this.#file);
  }

  #recall(text: string, start: number): void {
    const event = parseEvent(text);
    if (event !== null) {
      this.#counter.count(event);
      this.#remember(event, start);
      return;
    }
    const epoch = EpochLine.safeParse(parseJson(text));
    if (epoch.success) this.#forget(epoch.data.epoch);
  }

  #remember(event: ReceivedEvent, start: number): void {
    this.#ordinal = event.ordinal;
    const last = this.#index.at(-1);
    if (last === undefined || event.ordinal >= last.ordinal + INDEX_STEP) {
      this.#index.push({ ordinal: event.ordinal, start });
    }
    this.#latest.push(event);
    if (this.#latest.length > KEPT_IN_MEMORY) this.#latest.shift();
  }

  #forget(epoch: number): void {
    this.#epoch = epoch;
    this.#counter = new EventCounter();
    this.#latest = [];
    this.#index = [];
  }

  #closeTornLine(): void {
    this.#size = fstatSync(this.#file).size;
    if (this.#size === 0) return;
    const last = Buffer.alloc(1);
    readSync(this.#file, last, 0, 1, this.#size - 1);
    if (last.toString() !== "\n") this.#write("\n");
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#size += bytes.length;
  }
}

function parseEvent(text: string): ReceivedEvent | null {
  const parsed = LoggedEvent.safeParse(parseJson(text));
  // Loosely checked: this file wrote the line itself, and a torn one fails already.
  return parsed.success ? (parsed.data as unknown as ReceivedEvent) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A line torn by a crash: what it held was never answered for.
    return undefined;
  }
}
