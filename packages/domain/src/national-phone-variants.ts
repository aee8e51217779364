/** A spelling rule of one country: what a number looks like, and how else WhatsApp may write the same number. */
interface SpellingRule {
  readonly spelling: RegExp;
  readonly other: string;
}

/**
 * - Brazil: mobile numbers got a ninth digit, a 9 in front; WhatsApp's own ids often lack it. What follows it begins
 *   with 6 to 9 on a mobile; landlines (2 to 5) never got the digit.
 * - Mexico: mobiles were dialled with a 1 after the country code until 2019; area codes begin with 2 to 9.
 * - Argentina: mobiles carry a 9 after the country code when called from abroad; area codes begin with 1 to 3.
 */
const SPELLING_RULES: Readonly<Record<string, readonly SpellingRule[]>> = {
  "55": [
    { spelling: /^55([1-9][1-9])9([6-9]\d{7})$/, other: "55$1$2" },
    { spelling: /^55([1-9][1-9])([6-9]\d{7})$/, other: "55$19$2" },
  ],
  "52": [
    { spelling: /^521([2-9]\d{9})$/, other: "52$1" },
    { spelling: /^52([2-9]\d{9})$/, other: "521$1" },
  ],
  "54": [
    { spelling: /^549([1-3]\d{9})$/, other: "54$1" },
    { spelling: /^54([1-3]\d{9})$/, other: "549$1" },
  ],
};

/**
 * The other ways WhatsApp may write a number (digits only, with country code), without the number itself; mostly none.
 * A match through a variant is likely the same person, not surely: mark it so.
 */
export function nationalPhoneVariants(e164Digits: string): string[] {
  const rules = SPELLING_RULES[e164Digits.slice(0, 2)] ?? [];
  return rules
    .map(({ spelling, other }) => e164Digits.replace(spelling, other))
    .filter((spelled) => spelled !== e164Digits);
}
