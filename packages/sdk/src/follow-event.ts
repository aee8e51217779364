import { type CallOptions, demand } from "./call-options.ts";
import type { ConversionStory } from "./conversion-story.ts";
import { isRelayUnreachable } from "./errors.ts";
import { type Ending, isEnding } from "./event-status.ts";
import { pause } from "./pause.ts";

export interface FollowOptions {
  /** How long to follow, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the first story, and every one that differs from the one before in status or attempts. */
  readonly onChange?: ((story: ConversionStory) => void) | undefined;
}

/** The last story seen; `settled` tells whether it is an ending. */
export type Followed =
  | { readonly settled: true; readonly story: ConversionStory & { readonly status: Ending } }
  | { readonly settled: false; readonly story: ConversionStory };

const DEFAULT_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const SLOWER_BY = 1.5;

/** Asks until the story is an ending or time is up, less often the longer it takes. */
export async function followEvent(
  ask: (options: CallOptions) => Promise<ConversionStory>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal, onChange }: FollowOptions,
): Promise<Followed> {
  demand("timeoutMs", timeoutMs, 1, 2 ** 31 - 1);
  const deadline = performance.now() + timeoutMs;
  let last: ConversionStory | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * SLOWER_BY)) {
    const remainingMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const story: ConversionStory = await askOrLast(() => ask({ signal, deadlineMs: remainingMs }), last);
    if (hasChanged(story, last)) onChange?.(story);
    last = story;
    if (isEnding(story.status)) return { settled: true, story: { ...story, status: story.status } };
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return { settled: false, story };
    await pause(Math.min(pauseMs, leftMs), signal);
  }
}

/** Once a story is known, a relay that is away for a moment is no reason to forget it. */
async function askOrLast(
  ask: () => Promise<ConversionStory>,
  last: ConversionStory | undefined,
): Promise<ConversionStory> {
  try {
    return await ask();
  } catch (error) {
    if (last !== undefined && isRelayUnreachable(error)) return last;
    throw error;
  }
}

function hasChanged(story: ConversionStory, last: ConversionStory | undefined): boolean {
  return (
    last === undefined ||
    story.status !== last.status ||
    story.reason !== last.reason ||
    story.attempts.length !== last.attempts.length
  );
}
