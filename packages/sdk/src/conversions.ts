import type { CallOptions } from "./call-options.ts";
import { demand } from "./call-options.ts";
import type { ConversionCheck } from "./conversion-check.ts";
import { type ConversionChanges, type ConversionEvent, wireEvent } from "./conversion-event.ts";
import { type ConversionFilters, type ConversionPage, type ListedConversion, listQuery } from "./conversion-list.ts";
import type { BatchResult, ConversionReceipt, EndedReceipt } from "./conversion-receipt.ts";
import type { ConversionStory } from "./conversion-story.ts";
import { type Followed, type FollowOptions, followEvent } from "./follow-event.ts";
import { sendChunk } from "./send-chunk.ts";
import { splitBatch } from "./split-batch.ts";
import { pathTo, type Transport } from "./transport.ts";

const ROOT = "/v1/whatsapp/conversions";
const LONGEST_WAIT_SECONDS = 30;

/** Conversions: handing them in, following them, setting them right. */
export class Conversions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Hands one event in. It is stored when this resolves; sending the same one again is a duplicate and harmless.
   * @param options `waitSeconds` (0 to 30) waits for the ending; `hasEnded` tells whether it came in time.
   * @throws CapiRelayError naming the field and the fix; RelayUnreachable.
   */
  async send(
    event: ConversionEvent,
    options: CallOptions & { readonly waitSeconds?: number | undefined } = {},
  ): Promise<ConversionReceipt | EndedReceipt> {
    const { waitSeconds = 0 } = options;
    demand("waitSeconds", waitSeconds, 0, LONGEST_WAIT_SECONDS);
    return this.#transport.call(
      {
        method: "POST",
        path: ROOT,
        body: wireEvent(event),
        // Also 0 is said, because the key may have a wait of its own.
        headers: { prefer: `wait=${waitSeconds}` },
        extraMs: waitSeconds * 1_000,
      },
      options,
    );
  }

  /**
   * Hands any number of events in, as many requests of at most 1,000 as it takes. Each has its result at its own index,
   * also when a request found nobody: then a `retryable` error.
   * @throws CapiRelayError for what would refuse every event, e.g. a wrong key.
   */
  async sendBatch(events: readonly ConversionEvent[], options: CallOptions = {}): Promise<readonly BatchResult[]> {
    const results: BatchResult[] = [];
    for (const { first, wire } of splitBatch(events.map(wireEvent))) {
      const call = { method: "POST", path: `${ROOT}/batch`, body: { events: wire } } as const;
      results.push(
        ...(await sendChunk(
          () => this.#transport.call(call, options),
          first,
          events.slice(first, first + wire.length),
        )),
      );
    }
    return results;
  }

  /** What would become of the event? Stores nothing, sends nothing. */
  async check(event: ConversionEvent, options?: CallOptions): Promise<ConversionCheck> {
    return this.#transport.call({ method: "POST", path: `${ROOT}/check`, body: wireEvent(event) }, options);
  }

  /** The whole story. `id` is the receipt's, not `eventId`. */
  async get(id: string, options?: CallOptions): Promise<ConversionStory> {
    return this.#transport.call({ method: "GET", path: pathTo(ROOT, id) }, options);
  }

  /** All events that fit, newest first, fetched page by page as they are read. */
  async *list(
    filters: ConversionFilters = {},
    options?: CallOptions,
  ): AsyncGenerator<ListedConversion, void, undefined> {
    for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
      const page: ConversionPage = await this.listPage(filters, cursor, options);
      yield* page.events;
      cursor = page.nextCursor;
    }
  }

  /** One page; `cursor` is the `nextCursor` of the one before. */
  async listPage(
    filters: ConversionFilters = {},
    cursor: string | null = null,
    options?: CallOptions,
  ): Promise<ConversionPage> {
    return this.#transport.call({ method: "GET", path: ROOT, query: listQuery(filters, cursor) }, options);
  }

  /**
   * Sends a rejected or failed event again, corrected if `changes` says so. @throws CapiRelayError 409 when it must not
   * be.
   */
  async retry(id: string, changes?: ConversionChanges, options?: CallOptions): Promise<ConversionStory> {
    return this.#act(id, "retry", changes === undefined ? {} : { changes }, options);
  }

  /** Cancels an event that cannot have arrived. @throws CapiRelayError 409 when it may have. */
  async cancel(id: string, options?: CallOptions): Promise<ConversionStory> {
    return this.#act(id, "cancel", {}, options);
  }

  /** Ends the doubt about an event in `outcome_unknown`, after a look into Events Manager. */
  async resolve(id: string, as: "delivered" | "resend" | "abandon", options?: CallOptions): Promise<ConversionStory> {
    return this.#act(id, "resolve", { as }, options);
  }

  /**
   * Follows an event to its ending by asking again and again, less often with time.
   * @returns the last story, and whether it is an ending: an event may wait days for its click.
   */
  async waitUntilSettled(id: string, options: FollowOptions = {}): Promise<Followed> {
    return followEvent((call) => this.get(id, call), options);
  }

  /** Not repeated once it left: a second redrive could be one too many. */
  #act(id: string, act: string, body: object, options: CallOptions | undefined): Promise<ConversionStory> {
    return this.#transport.call({ method: "POST", path: pathTo(ROOT, id, act), body, repeatable: false }, options);
  }
}
