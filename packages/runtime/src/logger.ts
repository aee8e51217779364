import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { serializeError } from "./error-serializer.ts";
import { capped, HIDDEN_KEYS, loggable, loggableEntry } from "./loggable.ts";

/** What everything else logs with; nobody but this package imports pino. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which process speaks: `api`, `worker`. */
  readonly name: string;
  /** `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. */
  readonly level: string;
  /** Where the lines go. Default: standard output. */
  readonly destination?: DestinationStream;
}

/**
 * JSON lines for machines. Errors go under `err` (or `error`) beside a fixed text: `log.error({ err }, "what failed")`.
 * Of an error only type, code, places and causes are written, and the message only of our own classes; see
 * `serializeError`. Without a text the line says "error": pino would copy the raw message there.
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    serializers: { err: serializeError, error: serializeError, req: describeRequest, res: describeReply },
    // What a child logger is given goes past the formatter.
    redact: { paths: HIDDEN_KEYS.map((key) => `["${key}"]`), censor: "[R]" },
    hooks: { logMethod: keepRawMessagesOut },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: loggableLine,
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function loggableLine(line: Record<string, unknown>): Record<string, unknown> {
  const bounded: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(line)) {
    bounded[key] = isSerialized(key) ? value : loggableEntry(key, value);
  }
  return bounded;
}

function isSerialized(key: string): boolean {
  return key === "err" || key === "error" || key === "req" || key === "res";
}

type LogArguments = Parameters<PinoLogger["info"]>;

/** Frameworks log `{ err }` beside `err.message`, and pino itself puts the message there when no text is given. */
function keepRawMessagesOut(this: PinoLogger, given: LogArguments, method: (...args: LogArguments) => void): void {
  const [first, ...rest] = given as unknown[];
  const err = errorOf(first);
  // Values for %s and %o bypass the serializers, so an error among them is made loggable here.
  const [text, ...values] = rest.map((value) => loggable(value));
  const line = first instanceof Error ? { err: first } : typeof first === "string" ? capped(first) : first;
  const saysItself =
    typeof first === "string" || err === undefined || (typeof text === "string" && text !== err.message);
  const args = rest.length === 0 && saysItself ? [line] : [line, saysItself ? text : "error", ...values];
  method.apply(this, args as LogArguments);
}

function errorOf(line: unknown): Error | undefined {
  if (line instanceof Error) return line;
  const { err } = (typeof line === "object" && line !== null ? line : {}) as { err?: unknown };
  return err instanceof Error ? err : undefined;
}

/** The path without its query, where tokens and phone numbers like to be; no address of the caller. */
function describeRequest(request: unknown): unknown {
  const { id, method, url } = (request ?? {}) as { id?: unknown; method?: unknown; url?: unknown };
  return { id, method, path: typeof url === "string" ? capped(url.split("?", 1)[0] ?? "") : undefined };
}

function describeReply(reply: unknown): unknown {
  const { statusCode } = (reply ?? {}) as { statusCode?: unknown };
  return { statusCode };
}
