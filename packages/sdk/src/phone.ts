import {
  isSupportedCountry,
  ParseError,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js";

/** Digits as the API takes them, or why there are none. The sentence never repeats the number. */
export type PhoneReading =
  | { readonly kind: "phone"; readonly phoneE164: string }
  | { readonly kind: "unusable"; readonly problem: PhoneProblem; readonly message: string };

export type PhoneProblem =
  | "missing"
  | "not_a_number"
  | "country_unknown"
  | "country_code_unknown"
  | "too_short"
  | "too_long"
  | "impossible";

const MESSAGES: Readonly<Record<PhoneProblem, string>> = {
  missing: "There is no phone number.",
  not_a_number: "The phone number holds no number that could be dialled.",
  country_unknown: "The phone number has no country code, and no country that is known, such as BR, was given with it.",
  country_code_unknown: "The phone number begins with a country code that does not exist.",
  too_short: "The phone number has too few digits for its country.",
  too_long: "The phone number has too many digits for its country.",
  impossible: "No phone number of its country has this many digits.",
};

/** The library's words for it. */
const PROBLEMS: Readonly<Record<string, PhoneProblem>> = {
  NOT_A_NUMBER: "not_a_number",
  TOO_SHORT: "too_short",
  TOO_LONG: "too_long",
  INVALID_LENGTH: "impossible",
  INVALID_COUNTRY: "country_code_unknown",
};

/** The API takes 7 to 15 digits; some countries have shorter numbers, which nobody has WhatsApp on. */
const MIN_DIGITS = 7;

/**
 * What people typed into a shop, as the API's digits: `+55 (11) 9 1234-5678` becomes `5511912345678`.
 * @param text As typed; a country code, if it has one, begins with `+` or the country's own prefix for calls abroad.
 * @param country ISO 3166 code of the country the number is from when it has no country code, e.g. the order's billing
 *   country.
 */
export function readPhone(text: string | null | undefined, country?: string | null): PhoneReading {
  const typed = text?.trim() ?? "";
  if (typed === "") return unusable("missing");
  const known = country?.trim().toUpperCase() ?? "";
  try {
    const phone = parsePhoneNumberWithError(typed, {
      ...(isSupportedCountry(known) ? { defaultCountry: known } : {}),
      // A number within a sentence is somebody's remark, not a number.
      extract: false,
    });
    // Possible is enough: whether it is in use changes faster than the library's tables, and a refused number is a lost
    // sale.
    const mistake = validatePhoneNumberLength(phone.number);
    if (mistake !== undefined) return unusable(PROBLEMS[mistake] ?? "impossible");
    // Without its extension, which WhatsApp could not reach.
    const phoneE164 = phone.number.slice(1);
    return phoneE164.length < MIN_DIGITS ? unusable("too_short") : { kind: "phone", phoneE164 };
  } catch (error) {
    return unusable(problemOf(error, typed, known));
  }
}

const unusable = (problem: PhoneProblem): PhoneReading => ({ kind: "unusable", problem, message: MESSAGES[problem] });

function problemOf(error: unknown, typed: string, country: string): PhoneProblem {
  if (!(error instanceof ParseError)) throw error;
  const cannotBegin = error.message === "INVALID_COUNTRY" && !typed.startsWith("+") && !isSupportedCountry(country);
  return cannotBegin ? "country_unknown" : (PROBLEMS[error.message] ?? "not_a_number");
}
