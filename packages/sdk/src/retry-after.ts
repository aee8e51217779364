/**
 * The header `Retry-After` in milliseconds: seconds, or an HTTP date. Null when there is none or it makes no sense.
 * Source: RFC 9110, section 10.2.3.
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
