const MAX_DEPTH = 4;
const MAX_FRAMES = 20;
const MAX_FRAME_LENGTH = 300;
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/;
const CODE = /^[A-Za-z0-9_.-]{1,64}$/;
const FRAME = /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\))$/;

/** What a log may hold of an error. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string | number;
  /** Only of errors that carry `safeMessage`. */
  readonly message?: string;
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
  readonly errors?: readonly LoggedError[];
}

/**
 * An allow-list, because errors of drivers carry people and secrets in their messages and properties: ioredis the
 * arguments of the command, MongoDB the values of the key, HTTP clients the headers.
 *
 * A message is logged only if the error has a string `safeMessage`: by that our own error classes promise that it holds
 * no personal data, secret or URL.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: `thrown ${error === null ? "null" : typeof error}` };
  const { code, safeMessage, errors } = error as { code?: unknown; safeMessage?: unknown; errors?: unknown };
  const stack = framesOf(error);
  const deeper = depth < MAX_DEPTH;
  return {
    type: typeOf(error),
    ...(isHarmlessCode(code) ? { code } : redisCodeOf(error)),
    ...(typeof safeMessage === "string" ? { message: safeMessage } : {}),
    ...(stack.length > 0 ? { stack } : {}),
    ...(deeper && error.cause !== undefined ? { cause: serializeError(error.cause, depth + 1) } : {}),
    ...(deeper && Array.isArray(errors)
      ? { errors: errors.slice(0, MAX_DEPTH).map((one) => serializeError(one, depth + 1)) }
      : {}),
  };
}

function typeOf(error: Error): string {
  const name: unknown = error.name;
  if (typeof name === "string" && name !== "Error" && NAME.test(name)) return name;
  return error.constructor?.name ?? "Error";
}

function isHarmlessCode(code: unknown): code is string | number {
  return typeof code === "number" || (typeof code === "string" && CODE.test(code));
}

/** Redis says in the first word of its message what is wrong (`OOM`, `READONLY`); the rest may repeat a command. */
function redisCodeOf({ name, message }: Error): { readonly code?: string } {
  const [code] = name === "ReplyError" ? (/^[A-Z]{2,20}(?= )/.exec(message) ?? []) : [];
  return code === undefined ? {} : { code };
}

/** The places only. The stack begins with the message, whose lines could look like places. */
function framesOf(error: Error): string[] {
  const stack: unknown = error.stack;
  if (typeof stack !== "string") return [];
  const message = String(error.message);
  const start = message === "" ? -1 : stack.indexOf(message);
  return stack
    .slice(start < 0 ? 0 : start + message.length)
    .split("\n")
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim().slice(0, MAX_FRAME_LENGTH));
}
