/** `ENCRYPTION_KEYS` cannot be used. The message names the entry and the fix, never a key. */
export class KeyRingError extends Error {
  override readonly name = "KeyRingError";

  /** May be logged and shown. */
  get safeMessage(): string {
    return this.message;
  }
}

const SENTENCES = {
  malformed: "This is not a sealed value.",
  unknown_key: "The sealed value needs an encryption key that is not in ENCRYPTION_KEYS any more.",
  not_authentic: "The sealed value was changed, or belongs to another owner or another key.",
} as const;

/** A sealed value that cannot be opened, and why. The message is fixed and says nothing about the value. */
export class SealedValueError extends Error {
  override readonly name = "SealedValueError";
  readonly code: keyof typeof SENTENCES;

  constructor(code: keyof typeof SENTENCES) {
    super(SENTENCES[code]);
    this.code = code;
  }

  /** May be logged and shown. */
  get safeMessage(): string {
    return this.message;
  }
}
