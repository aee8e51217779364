import { KeyRing } from "./key-ring.ts";
import { KeyRingError } from "./vault-errors.ts";

/** What is wrong with the text of `ENCRYPTION_KEYS`, as a sentence that holds no key; null when it can be used. */
export function keyRingMistake(text: string): string | null {
  try {
    KeyRing.parse(text);
    return null;
  } catch (error) {
    if (error instanceof KeyRingError) return `ENCRYPTION_KEYS: ${error.message}`;
    throw error;
  }
}
