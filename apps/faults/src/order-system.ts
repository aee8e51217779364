import { callJson, type JsonAnswer } from "./http-json.ts";

/** What the caller was promised for one event. */
export interface Acknowledgement {
  readonly accountId: string;
  readonly eventId: string;
  readonly id: string;
  readonly at: Date;
  /** 2xx answers to this very event: the first, and repeats. */
  readonly answers: number;
}

export interface Conversion {
  readonly accountId: string;
  readonly eventId: string;
  readonly [field: string]: unknown;
}

/** Plays the caller, and keeps its own record of what it was promised: whatever got a 2xx must never be lost. */
export class OrderSystem {
  readonly acknowledged = new Map<string, Acknowledgement>();
  /** Every event it ever tried to hand in, promised or not. */
  readonly tried = new Set<string>();
  /** Answers by HTTP status; 0 where there was none. */
  readonly statuses = new Map<number, number>();
  readonly #apiUrl: string;
  readonly #apiKey: string;

  constructor(apiUrl: string, apiKey: string) {
    this.#apiUrl = apiUrl;
    this.#apiKey = apiKey;
  }

  /** One request; status 0 when the connection failed or no answer came in time. */
  async send(conversion: Conversion, timeoutMs = 15_000): Promise<JsonAnswer> {
    const key = keyOf(conversion);
    this.tried.add(key);
    const answer = await this.call("POST", "/v1/whatsapp/conversions", conversion, timeoutMs).catch(() => NO_ANSWER);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 200 || answer.status === 202) this.#noteThePromise(conversion, answer.body.id);
    return answer;
  }

  /**
   * All through the batch route, so many in a request. Throws unless each is promised: for filling a queue, not for
   * outages.
   */
  async sendBatches(conversions: readonly Conversion[], perRequest = 500): Promise<void> {
    for (let from = 0; from < conversions.length; from += perRequest) {
      const events = conversions.slice(from, from + perRequest);
      for (const event of events) this.tried.add(keyOf(event));
      const { status, body } = await this.call("POST", "/v1/whatsapp/conversions/batch", { events }, 60_000);
      if (status !== 200) throw new Error(`a batch was answered ${status}`);
      for (const [at, event] of events.entries()) {
        const { id, error } = body.results[at];
        if (error !== undefined) throw new Error(`${event.eventId} was refused: ${error.code}`);
        this.#noteThePromise(event, id);
      }
    }
  }

  /** Sends until it is promised, as a caller should: after 5xx, or when nobody answers. */
  async sendUntilPromised(conversion: Conversion, giveUpAt: number, timeoutMs = 15_000): Promise<JsonAnswer> {
    for (;;) {
      const answer = await this.send(conversion, timeoutMs);
      const isFinal = answer.status !== 0 && answer.status < 500;
      if (isFinal || performance.now() > giveUpAt) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Sends all, so many at a time, each until promised. */
  async sendAll(conversions: Iterable<Conversion>, concurrency = 50, patienceMs = 60_000): Promise<void> {
    const giveUpAt = performance.now() + patienceMs;
    const queue = conversions[Symbol.iterator]();
    const lanes = Array.from({ length: concurrency }, async () => {
      for (let next = queue.next(); !next.done; next = queue.next()) await this.sendUntilPromised(next.value, giveUpAt);
    });
    await Promise.all(lanes);
  }

  #noteThePromise({ accountId, eventId }: Conversion, id: string): void {
    const key = keyOf({ accountId, eventId });
    const before = this.acknowledged.get(key);
    this.acknowledged.set(key, {
      accountId,
      eventId,
      id,
      at: before?.at ?? new Date(),
      answers: (before?.answers ?? 0) + 1,
    });
  }

  /** The public story of an event. */
  async story(id: string): Promise<JsonAnswer["body"]> {
    return (await this.call("GET", `/v1/whatsapp/conversions/${id}`)).body;
  }

  call(method: string, path: string, body?: unknown, timeoutMs = 15_000): Promise<JsonAnswer> {
    return callJson({
      method,
      url: `${this.#apiUrl}${path}`,
      token: this.#apiKey,
      timeoutMs,
      ...(body === undefined ? {} : { body }),
    });
  }
}

const NO_ANSWER: JsonAnswer = { status: 0, body: null };

export function keyOf({ accountId, eventId }: { accountId: string; eventId: string }): string {
  return `${accountId}/${eventId}`;
}
