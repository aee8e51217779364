import { ENGLISH } from "./english.ts";
import type { UserTexts } from "./explained-error.ts";
import { FRENCH } from "./french.ts";
import { ITALIAN } from "./italian.ts";
import { PORTUGUESE } from "./portuguese.ts";
import { SPANISH } from "./spanish.ts";

export const LOCALES = ["en", "pt", "es", "fr", "it"] as const;
export type Locale = (typeof LOCALES)[number];

export const USER_TEXTS: Readonly<Record<Locale, UserTexts>> = {
  en: ENGLISH,
  pt: PORTUGUESE,
  es: SPANISH,
  fr: FRENCH,
  it: ITALIAN,
};
