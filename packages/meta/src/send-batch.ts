import type { GraphAnswer } from "@capi-relay/domain";

export interface SendInPartsOptions<Item> {
  /** Does this refusal of `sent` events speak of one event among them, so that sending fewer helps? */
  readonly blames: (answer: GraphAnswer, sent: number) => boolean;
  /** Requests for the whole call, the first included. */
  readonly maxRequests: number;
  /** No request is begun that would probably end later than this; the slowest so far is the guess. */
  readonly maxMs: number;
  /** True once these items should not be asked about in a request of fewer. Never rejects. */
  readonly isCutShort?: (items: readonly Item[]) => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What became of one item. */
export interface PartResult<Item> {
  readonly item: Item;
  /** The answer to the last request that carried the item. */
  readonly answer: GraphAnswer;
  /** Items in that request, this one included. */
  readonly sharedWith: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The answer blames some item of that request, and nobody found out whether it is this one: try it again, alone. */
  readonly innocentLeftover: boolean;
}

interface Request {
  readonly answer: GraphAnswer;
  readonly sharedWith: number;
  readonly startedAt: Date;
  readonly durationMs: number;
}

interface Part {
  readonly from: number;
  readonly to: number;
  /** The refused request this part is a half of. */
  readonly refused: Request | null;
  /** Its other half went through, so the blame is in here: asking again about the whole would tell nothing. */
  guilty: boolean;
  readonly rightHalf: Part | null;
}

/**
 * Sends items together and, when Meta refuses the lot for one of them, in ever smaller halves, so that the good ones
 * get through: Meta takes all of a request or nothing. The larger parts go first, since they save the most. Bounded in
 * requests and in time: 100 items with one bad take 15 requests at most, but 100 bad ones would take 199.
 *
 * An answer that is neither a clean count nor a blaming refusal (throttled, token, timeout) is the fate of its own part
 * only, and ends the call: more requests would lengthen a block, or add to what may have arrived unseen. Every item
 * gets exactly one result, told with its part as soon as that is certain: further requests take their time, and what
 * Meta has said must not be lost with the process meanwhile.
 */
export async function* sendInParts<Item>(
  items: readonly Item[],
  post: (items: readonly Item[]) => Promise<GraphAnswer>,
  options: SendInPartsOptions<Item>,
): AsyncGenerator<PartResult<Item>[], void, undefined> {
  const budget = new Budget(options);
  const parts: Part[] = items.length === 0 ? [] : [whole(items.length)];

  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const size = part.to - part.from;
    const some = items.slice(part.from, part.to);
    if (part.refused !== null && (budget.isSpent() || (await options.isCutShort?.(some)))) {
      yield resultsOf(some, part.refused, true);
      continue;
    }
    if (part.refused !== null && part.guilty && size > 1) {
      parts.push(...halves(part, part.refused));
      continue;
    }
    const request = await budget.spend(size, () => post(some));
    if (size > 1 && options.blames(request.answer, size)) {
      parts.push(...halves(part, request));
      continue;
    }
    if (isClean(request)) {
      if (part.rightHalf !== null) part.rightHalf.guilty = true;
    } else if (!options.blames(request.answer, size)) {
      budget.end();
    }
    yield resultsOf(some, request, false);
  }
}

function resultsOf<Item>(items: readonly Item[], request: Request, innocentLeftover: boolean): PartResult<Item>[] {
  return items.map((item) => ({ item, ...request, innocentLeftover }));
}

type Limits = Pick<SendInPartsOptions<unknown>, "maxRequests" | "maxMs" | "now">;

class Budget {
  readonly #options: Limits;
  readonly #startedAt: number;
  #requests = 0;
  #slowestMs = 0;
  #ended = false;

  constructor(options: Limits) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  isSpent(): boolean {
    const { maxRequests, maxMs, now } = this.#options;
    return this.#ended || this.#requests >= maxRequests || now() - this.#startedAt + this.#slowestMs >= maxMs;
  }

  end(): void {
    this.#ended = true;
  }

  async spend(sharedWith: number, post: () => Promise<GraphAnswer>): Promise<Request> {
    this.#requests += 1;
    const startedAt = this.#options.now();
    // A throw would lose the results of the parts already counted, and those would be sent again.
    const answer = await post().catch(
      (): GraphAnswer => ({ kind: "unclear", httpStatus: null, cause: "internal_error" }),
    );
    const durationMs = Math.max(0, this.#options.now() - startedAt);
    this.#slowestMs = Math.max(this.#slowestMs, durationMs);
    return { answer, sharedWith, startedAt: new Date(startedAt), durationMs };
  }
}

const whole = (size: number): Part => ({ from: 0, to: size, refused: null, guilty: false, rightHalf: null });

/**
 * Left, then right: next to each other in the queue, so the left one's answer is known when the right one's turn comes.
 */
function halves({ from, to }: Part, refused: Request): [Part, Part] {
  const middle = from + Math.ceil((to - from) / 2);
  const right: Part = { from: middle, to, refused, guilty: false, rightHalf: null };
  return [{ from, to: middle, refused, guilty: false, rightHalf: right }, right];
}

const isClean = ({ answer, sharedWith }: Request): boolean =>
  answer.kind === "counted" && answer.eventsReceived === sharedWith;
