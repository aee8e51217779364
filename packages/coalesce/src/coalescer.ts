import { AnswerCountMismatch, CoalescerFull } from "./coalescer-errors.ts";

export interface CoalescerLimits {
  /** The most items one command may carry. */
  readonly maxItems: number;
  /** Commands under way at the same time. Default 1. */
  readonly maxInFlight?: number;
  /** The most unanswered items, waiting and in flight together. Default: no limit. */
  readonly maxDepth?: number;
}

interface Batch<Item, Answer> {
  readonly items: Item[];
  readonly callers: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }[];
}

/**
 * Many callers, one command. Callers hand in single items and get their own answers; underneath, items travel together.
 *
 * It clocks itself: when idle it sends on the next turn of the event loop, so that callers of one turn share a command,
 * and it gathers only while as many commands are in flight as may be. A quiet system pays no delay, a busy one fills
 * its batches. Work per item is a few pushes in memory.
 */
export class Coalescer<Item, Answer> {
  readonly #run: (items: Item[]) => Promise<Answer[]>;
  readonly #maxItems: number;
  readonly #maxInFlight: number;
  readonly #maxDepth: number;
  /** In order of arrival; only the last one may still be open. */
  readonly #batches: Batch<Item, Answer>[] = [];
  #drainers: (() => void)[] = [];
  /** Items taken and not yet answered, waiting and in flight together. */
  #depth = 0;
  #inFlight = 0;
  #turnScheduled = false;

  /**
   * @param run Gets 1 to `maxItems` items and answers each, in the same order. Its rejection rejects every caller of
   *   that batch, so the failure of a single item must be a value in `Answer`.
   * @throws RangeError when a limit is not a number that makes sense.
   */
  constructor(run: (items: Item[]) => Promise<Answer[]>, limits: CoalescerLimits) {
    const { maxItems, maxInFlight = 1, maxDepth = Number.POSITIVE_INFINITY } = limits;
    if (!Number.isInteger(maxItems) || maxItems < 1) throw new RangeError("maxItems must be a whole number from 1");
    if (!Number.isInteger(maxInFlight) || maxInFlight < 1) {
      throw new RangeError("maxInFlight must be a whole number from 1");
    }
    if (!(maxDepth >= 1)) throw new RangeError("maxDepth must be 1 or more");
    this.#run = run;
    this.#maxItems = maxItems;
    this.#maxInFlight = maxInFlight;
    this.#maxDepth = maxDepth;
  }

  /**
   * Resolves with the answer to this very item.
   * Rejects with {@link CoalescerFull} (the item was not taken), with what `run` rejected with, or with
   * {@link AnswerCountMismatch}.
   */
  submit(item: Item): Promise<Answer> {
    if (this.#depth >= this.#maxDepth) return Promise.reject(new CoalescerFull(this.#maxDepth));
    this.#depth += 1;
    return new Promise((resolve, reject) => {
      const batch = this.#openBatch();
      batch.items.push(item);
      batch.callers.push({ resolve, reject });
      this.#scheduleTurn();
    });
  }

  /** Resolves once every item has its answer, later ones included. Never rejects. */
  drain(): Promise<void> {
    if (this.#depth === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drainers.push(resolve));
  }

  #openBatch(): Batch<Item, Answer> {
    const last = this.#batches.at(-1);
    if (last !== undefined && last.items.length < this.#maxItems) return last;
    const batch: Batch<Item, Answer> = { items: [], callers: [] };
    this.#batches.push(batch);
    return batch;
  }

  /** A turn of the event loop later, everybody who has something to submit now has submitted it. */
  #scheduleTurn(): void {
    if (this.#turnScheduled || !this.#headMayLeave()) return;
    this.#turnScheduled = true;
    setImmediate(() => {
      this.#turnScheduled = false;
      this.#sendWhatMayLeave();
    });
  }

  #headMayLeave(): boolean {
    return this.#batches.length > 0 && this.#inFlight < this.#maxInFlight;
  }

  #sendWhatMayLeave(): void {
    while (this.#headMayLeave()) {
      const batch = this.#batches.shift();
      if (batch !== undefined) void this.#send(batch);
    }
  }

  async #send(batch: Batch<Item, Answer>): Promise<void> {
    const size = batch.items.length;
    this.#inFlight += 1;
    try {
      const answers = await this.#run(batch.items);
      if (answers.length !== size) throw new AnswerCountMismatch(size, answers.length);
      batch.callers.forEach((caller, index) => {
        caller.resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const caller of batch.callers) caller.reject(error);
    }
    this.#inFlight -= 1;
    this.#depth -= size;
    this.#afterAnswers();
  }

  #afterAnswers(): void {
    // A full batch gains nothing from waiting a turn; a smaller one gains whoever submits again on hearing the answer.
    const head = this.#batches[0];
    if (head !== undefined && head.items.length >= this.#maxItems) this.#sendWhatMayLeave();
    this.#scheduleTurn();
    if (this.#depth > 0) return;
    const drainers = this.#drainers;
    this.#drainers = [];
    for (const drained of drainers) drained();
  }
}
