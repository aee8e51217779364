import { serializeError } from "./error-serializer.ts";

const MAX_STRING = 1_000;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;

/** Bounds what one log line can hold, and keeps errors under any key from spilling their properties. */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return capped(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return serializeError(value);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return "[deeper than a log goes]";
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => loggable(item, depth + 1));
  if ("toJSON" in value && typeof value.toJSON === "function") return value;
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(entries.map(([key, item]) => [key, loggable(item, depth + 1)]));
}

export function capped(text: string): string {
  return text.length <= MAX_STRING ? text : `${text.slice(0, MAX_STRING)}… [${text.length} characters]`;
}
