import type { AnswerHeaders } from "./http-exchange.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MAX_WAIT_MS = 24 * 60 * MINUTE_MS;

/** Usage is full, and no header says for how long. */
const DEFAULT_SLOW_DOWN_MS = 5 * MINUTE_MS;

/** Meta sends up to 32 entries; more are not read. */
const MAX_ENTRIES = 32;

const IMF_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

interface Usage {
  readonly full: boolean;
  readonly waitMs: number;
}

/**
 * How long Meta asks to wait, in milliseconds, at most 24 hours; null if it does not ask. The longest demand wins.
 * `Retry-After` is in seconds or a date. Meta's own headers mix units: see `readUsage`.
 */
export function waitFromHeaders(headers: AnswerHeaders, now: Date): number | null {
  return atMostADay(Math.max(retryAfterMs(headers, now), readUsage(headers).waitMs));
}

/**
 * The same for a successful answer: asked for by a time to regain access, or by usage of 100 % and more; null
 * otherwise.
 */
export function slowDownFromHeaders(headers: AnswerHeaders): number | null {
  const usage = readUsage(headers);
  return atMostADay(usage.full && usage.waitMs === 0 ? DEFAULT_SLOW_DOWN_MS : usage.waitMs);
}

/**
 * `estimated_time_to_regain_access` is in MINUTES, `reset_time_duration` in SECONDS and a demand only at 100 %.
 * Source: Meta, "Rate Limits" and "Marketing API Rate Limiting".
 */
function readUsage(headers: AnswerHeaders): Usage {
  const app = recordOf(jsonHeader(headers, "x-app-usage"));
  const account = recordOf(jsonHeader(headers, "x-ad-account-usage"));
  const accountFull = numberOf(account["acc_id_util_pct"]) >= 100;
  const cases = businessUseCases(jsonHeader(headers, "x-business-use-case-usage"));
  return {
    full: accountFull || [app, ...cases].some(isFull),
    waitMs: Math.max(
      accountFull ? numberOf(account["reset_time_duration"]) * SECOND_MS : 0,
      ...cases.map((useCase) => numberOf(useCase["estimated_time_to_regain_access"]) * MINUTE_MS),
      0,
    ),
  };
}

/** `{ "<business id>": [ { … } ] }`, flattened. */
function businessUseCases(header: unknown): Record<string, unknown>[] {
  return Object.values(recordOf(header))
    .slice(0, MAX_ENTRIES)
    .flatMap((entries) => (Array.isArray(entries) ? entries.slice(0, MAX_ENTRIES) : []))
    .slice(0, MAX_ENTRIES)
    .map(recordOf);
}

function isFull(usage: Record<string, unknown>): boolean {
  return ["call_count", "total_cputime", "total_time"].some((share) => numberOf(usage[share]) >= 100);
}

function retryAfterMs(headers: AnswerHeaders, now: Date): number {
  const value = single(headers, "retry-after").trim();
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * SECOND_MS;
  const at = IMF_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}

function atMostADay(waitMs: number): number | null {
  return waitMs > 0 ? Math.ceil(Math.min(waitMs, MAX_WAIT_MS)) : null;
}

function jsonHeader(headers: AnswerHeaders, name: string): unknown {
  try {
    return JSON.parse(single(headers, name));
  } catch {
    return null;
  }
}

function single(headers: AnswerHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** 0 for whatever is not a finite number of 0 or more. */
function numberOf(value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : 0;
}
