/** What somebody typed where a number of a currency's units is asked for. */
export type TypedNumber =
  | { readonly kind: "number"; readonly value: number }
  /** It means one number here and a thousand times as much there. */
  | { readonly kind: "ambiguous"; readonly thousands: number; readonly decimals: number }
  | { readonly kind: "not_a_number" };

const PLAIN = /^[0-9]+$/;
const IN_THREES = /^[1-9][0-9]{0,2}([.,'])[0-9]{3}(\1[0-9]{3})*$/;
const AS_IN_INDIA = /^[1-9][0-9]?([.,'])[0-9]{2}(\1[0-9]{2})*\1[0-9]{3}$/;
const LAST_MARK = /^(.+)([.,])([0-9]+)$/;

/**
 * Reads a number in any country's spelling that can be read in one way only: `1.234,56`, `1,234.56`, `1234,5`. What can
 * be read in two, as `1.234` can, is never guessed: it is a thousand times more or less money.
 */
export function readTypedNumber(typed: string): TypedNumber {
  const text = inLatin(typed.trim());
  const [, before = "", mark = "", after = ""] = LAST_MARK.exec(text) ?? [];
  if (PLAIN.test(before) && after.length === 3)
    return { kind: "ambiguous", thousands: Number(before + after), decimals: Number(`${before}.${after}`) };
  if (isWhole(text)) return numberOf(text);
  // What groups the thousands does not also begin the decimals.
  if (mark === "" || before.includes(mark) || !isWhole(before)) return { kind: "not_a_number" };
  return numberOf(before, after);
}

function isWhole(text: string): boolean {
  return [PLAIN, IN_THREES, AS_IN_INDIA].some((spelling) => spelling.test(text));
}

function numberOf(whole: string, decimals = "0"): TypedNumber {
  return { kind: "number", value: Number(`${whole.replace(/[.,']/g, "")}.${decimals}`) };
}

/** The digits and marks of every script as the Latin ones; what can only group thousands as an apostrophe. */
function inLatin(text: string): string {
  return text
    .replace(/\p{Nd}/gu, latinDigit)
    .replaceAll("٫", ".")
    .replaceAll("٬", ",")
    .replace(/[\s’]/g, "'");
}

/** Ten digits of a script stand side by side, and begin where no digit stands before. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  return String([...Array(10).keys()].find((value) => !isDigit(code - value - 1)) ?? digit);
}

function isDigit(code: number): boolean {
  return /\p{Nd}/u.test(String.fromCodePoint(code));
}
