/** How long a request may wait for the ending of its event, in seconds. */
const MAX_WAIT_SECONDS = 30;

export interface WaitWish {
  /** 0: not at all. */
  readonly seconds: number;
  /** The request said so itself, and is to be told whether it got its way. */
  readonly asked: boolean;
}

/**
 * How long a request wants to wait: as its `Prefer: wait=N` says, otherwise as is usual for its key. What cannot be
 * understood is ignored, as the standard demands, and a longer wait than we grant becomes the longest. Source: RFC
 * 7240.
 */
export function waitWishOf(prefer: string | readonly string[] | undefined, defaultSeconds: number): WaitWish {
  const seconds = secondsOf([prefer ?? ""].flat().join(","));
  return seconds === null
    ? { seconds: Math.min(defaultSeconds, MAX_WAIT_SECONDS), asked: false }
    : { seconds: Math.min(seconds, MAX_WAIT_SECONDS), asked: true };
}

/**
 * One preference: anything up to a comma that stands in no quotes. A quote that nobody closes reaches to the end: to
 * look for its partner from every quote anew would keep the process busy for a third of a second with one header.
 */
const PREFERENCES = /(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|\\?$))+/g;

function secondsOf(prefer: string): number | null {
  // Of a preference that is given twice, only the first one counts.
  const wait = prefer.match(PREFERENCES)?.find((preference) => /^\s*wait\s*(?:[=;]|$)/i.test(preference));
  const digits = wait === undefined ? null : /^\s*wait\s*=\s*("?)([0-9]+)\1\s*(?:;|$)/i.exec(wait);
  return digits === null ? null : Number(digits[2]);
}
