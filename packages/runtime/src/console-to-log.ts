import type { Logger } from "./logger.ts";

/** A library has few things to say; one that counts in its sentences must not fill the log. */
const MOST_TEXTS = 20;

/**
 * Leads to the log what libraries write to the console: BullMQ about Redis' eviction policy, ioredis about a user who
 * may not call INFO. Each sentence once, without the values behind it, which may be anything.
 */
export function consoleToLog(log: Logger): void {
  const said = new Set<string>();
  const say = (text: unknown) => {
    if (typeof text !== "string" || said.has(text) || said.size === MOST_TEXTS) return;
    said.add(text);
    log.warn({ text }, "a library warns");
  };
  console.warn = say;
  console.error = say;
}
