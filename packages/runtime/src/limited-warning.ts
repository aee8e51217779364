import { LineLimit } from "./line-limit.ts";
import type { Logger } from "./logger.ts";

const QUIET_MS = 10_000;

/**
 * A warning that an outage cannot turn into a flood: the first is written, then at most one every ten seconds, with the
 * number of those left out. What `about` holds is written with it: ids, never personal data.
 */
export function limitedWarning(
  log: Logger,
  text: string,
): (err: unknown, about?: Readonly<Record<string, string>>) => void {
  const limit = new LineLimit(QUIET_MS);
  return (err, about) => {
    const leftOut = limit.leftOutBefore(text);
    if (leftOut !== null) log.warn({ ...about, err, leftOut }, text);
  };
}
