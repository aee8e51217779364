import type { Dispatcher } from "undici";
import { connectCause, exchangeCause } from "./network-cause.ts";
import type { RequestSlots } from "./request-slots.ts";

/** Headers of an answer: names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What one HTTP request came to. `not_sent` is promised only if not a byte of it can have left. */
export type Exchange =
  | { readonly kind: "answered"; readonly httpStatus: number; readonly headers: AnswerHeaders; readonly text: string }
  | { readonly kind: "not_sent"; readonly cause: string }
  | { readonly kind: "broken"; readonly httpStatus: number | null; readonly cause: string };

export interface ExchangeOptions {
  /** A request that has not begun by then is not sent at all. */
  readonly startWithinMs: number;
  /** For everything, from the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Told when its turn has come: it has a connection, or opens one. */
  readonly onTurn?: (() => void) | undefined;
}

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;

/**
 * One request, at most once, and what is certain about it afterwards. undici calls `onRequestStart` just before it
 * writes the first byte to a connected socket; failures before that call left nothing behind, failures after it may
 * have.
 */
export class HttpExchange implements Handler {
  readonly result: Promise<Exchange>;
  readonly #slots: RequestSlots;
  readonly #settle: (exchange: Exchange) => void;
  readonly #leaveQueue: () => void;
  readonly #startTimer: NodeJS.Timeout;
  readonly #totalTimer: NodeJS.Timeout;
  #holdsSlot = false;
  #slotReturned = false;
  #settled = false;
  #controller: Controller | null = null;
  #httpStatus: number | null = null;
  #headers: AnswerHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor(pool: Dispatcher, slots: RequestSlots, request: Dispatcher.DispatchOptions, options: ExchangeOptions) {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    this.result = promise;
    this.#settle = resolve;
    this.#slots = slots;
    this.#startTimer = setTimeout(() => this.#giveUpStarting(), options.startWithinMs);
    // What has arrived is heard first: after a long pause of this process its timers run before anything is read, and
    // an answer that lies there would be thrown away, and its events counted twice.
    this.#totalTimer = setTimeout(() => setImmediate(() => this.#giveUp("timeout")), options.timeoutMs);
    this.#leaveQueue = slots.ask(() => {
      this.#holdsSlot = true;
      options.onTurn?.();
      pool.dispatch(request, this);
    });
  }

  /** Ends a request that still waits for its turn; one that undici has is ended by destroying the pool. */
  cancelUnlessDispatched(): void {
    if (!this.#holdsSlot) this.#finish({ kind: "not_sent", cause: "client_closed" });
  }

  onRequestStart(controller: Controller): void {
    // Given up while connecting, or about to be written a second time: either way no byte may leave now.
    if (this.#settled || this.#controller !== null) {
      controller.abort(new Error("given up"));
      return;
    }
    this.#controller = controller;
    clearTimeout(this.#startTimer);
  }

  onResponseStart(_controller: Controller, httpStatus: number, headers: AnswerHeaders): void {
    if (httpStatus < 200) return;
    this.#httpStatus = httpStatus;
    this.#headers = headers;
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (!this.#settled) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const httpStatus = this.#httpStatus;
    if (httpStatus === null) {
      this.#finish({ kind: "broken", httpStatus, cause: "connection_lost" });
    } else {
      const text = new TextDecoder().decode(Buffer.concat(this.#chunks));
      this.#finish({ kind: "answered", httpStatus, headers: this.#headers, text });
    }
    this.#returnSlot();
  }

  onResponseError(_controller: Controller, error: Error): void {
    const httpStatus = this.#httpStatus;
    this.#finish(
      this.#controller === null
        ? { kind: "not_sent", cause: connectCause(error) }
        : { kind: "broken", httpStatus, cause: exchangeCause(error, httpStatus !== null) },
    );
    this.#returnSlot();
  }

  #giveUpStarting(): void {
    if (this.#controller !== null) return;
    this.#finish({ kind: "not_sent", cause: this.#holdsSlot ? "connect_timeout" : "no_free_connection" });
  }

  #giveUp(cause: string): void {
    if (this.#settled) return;
    this.#finish({ kind: "broken", httpStatus: this.#httpStatus, cause });
    // Also closes the connection: an answer that comes late must not meet the next request.
    this.#controller?.abort(new Error(cause));
  }

  #finish(exchange: Exchange): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#totalTimer);
    if (!this.#holdsSlot) this.#leaveQueue();
    this.#settle(exchange);
  }

  /** Only when undici is done with the request: a given up one may still be connecting. */
  #returnSlot(): void {
    if (this.#slotReturned) return;
    this.#slotReturned = true;
    // Not at once: undici calls us before it marks the connection as free, and the next request would open another.
    setImmediate(() => this.#slots.release());
  }
}
