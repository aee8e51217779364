import type { Money } from "@capi-relay/insight";
import type { FastifyRequest } from "fastify";

const FALLBACK = "en-GB";
const MAX_HEADER = 200;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Writes numbers as the reader's browser asks for them. The words around them are English. */
export class Reader {
  readonly #locale: string;
  /** Kept, since making one takes longer than writing a hundred numbers with it. */
  readonly #formats = new Map<string, Intl.NumberFormat>();

  constructor(locale: string) {
    this.#locale = locale;
  }

  number(value: number, maximumFractionDigits = 0): string {
    return this.#format(value, `${maximumFractionDigits}`, { maximumFractionDigits });
  }

  /**
   * As somebody in the reader's country would type an amount: with its cents, so that it can be read in one way only.
   */
  amount(value: number): string {
    return this.#format(value, "amount", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  /** @param part From 0 to 1. */
  percent(part: number): string {
    // 99.96 % must not look like all of them.
    const shown = part < 1 ? Math.min(part, 0.999) : part;
    return this.#format(shown, "percent", { style: "percent", maximumFractionDigits: 1 });
  }

  /** Sums are rounded to whole units; one order is worth its cents. */
  money({ currency, value }: Money, kind: "sum" | "exact" = "sum"): string {
    const digits = kind === "sum" ? { maximumFractionDigits: 0 } : {};
    return this.#format(value, `${currency} ${kind}`, { style: "currency", currency, ...digits });
  }

  /** Several currencies one after the other, never added up; null when there is nothing. */
  moneys(values: readonly Money[]): string | null {
    return values.length === 0 ? null : values.map((value) => this.money(value)).join(" · ");
  }

  #format(value: number, name: string, options: Intl.NumberFormatOptions): string {
    const format = this.#formats.get(name) ?? new Intl.NumberFormat(this.#locale, options);
    this.#formats.set(name, format);
    return format.format(value);
  }

  duration(ms: number): string {
    if (ms < SECOND_MS) return `${this.number(ms)} ms`;
    if (ms < MINUTE_MS) return `${this.number(ms / SECOND_MS, ms < 10 * SECOND_MS ? 1 : 0)} s`;
    if (ms < HOUR_MS) return `${this.number(ms / MINUTE_MS)} min`;
    if (ms < 2 * DAY_MS) return `${this.number(ms / HOUR_MS)} h`;
    return `${this.number(ms / DAY_MS)} days`;
  }
}

export function readerOf(request: FastifyRequest): Reader {
  return new Reader(localeIn(request.headers["accept-language"] ?? ""));
}

/** The first language of an Accept-Language header that numbers can be written in. */
export function localeIn(header: string): string {
  const wanted = header
    .slice(0, MAX_HEADER)
    .split(",")
    .map((entry) => entry.split(";", 1)[0]?.trim() ?? "")
    .filter((tag) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag));
  for (const tag of wanted) {
    const [known] = supported(tag);
    if (known !== undefined) return known;
  }
  return FALLBACK;
}

function supported(tag: string): string[] {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag);
  } catch {
    // It has a language tag's shape and is none all the same.
    return [];
  }
}
