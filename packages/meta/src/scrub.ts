const REMOVED = "[removed]";
const MAX_TEXT = 2_000;

/** Bounds the work; Meta's texts are cut to a fifth of it before they come here. */
const MAX_INPUT = 10_000;

/** A shorter beginning of a secret at the cut end of a text tells nothing. */
const MIN_CUT_SECRET = 4;

const TELLING_SHAPES = [
  // E-mail addresses, also with an encoded @.
  /[^\s@"'<>(),;:]{1,320}(?:@|%40)[^\s@"'<>(),;:]{1,320}/gi,
  // Phone numbers, written in any way, and other long numbers. Meta's subcodes have 7 digits and are worth keeping.
  /\d(?:[\s().-]{0,2}\d){7,}/g,
  // Click ids, tokens, hashes.
  /[A-Za-z0-9_-]{32,}/g,
];

/**
 * Meta's error texts may echo what we sent. Replaces every listed value (in any case, also percent-encoded, also if the
 * text was cut in the middle of it) and whatever looks like an e-mail address, a phone number, a click id, a token or a
 * hash.
 */
export function scrubMetaText(text: string, secrets: readonly string[]): string {
  const bounded = text.slice(0, MAX_INPUT);
  const listed = secrets.filter((secret) => secret !== "").flatMap(withEncodedForm);
  const spans = [
    ...TELLING_SHAPES.flatMap((shape) => spansOf(bounded, shape, false)),
    ...listed.flatMap((secret) => spansOf(bounded, new RegExp(escapeForRegExp(secret), "gi"), true)),
    ...listed.flatMap((secret) => cutSecret(bounded, secret)),
  ];
  return replaceSpans(bounded, spans).slice(0, MAX_TEXT);
}

type Span = readonly [from: number, to: number];

/**
 * All at once against the original text, so that no replacement can join two pieces into a secret or hide half of one.
 */
function replaceSpans(text: string, spans: Span[]): string {
  let clean = "";
  let done = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (to <= done) continue;
    if (from >= done) clean += text.slice(done, from) + REMOVED;
    done = to;
  }
  return clean + text.slice(done);
}

function spansOf(text: string, pattern: RegExp, overlapping: boolean): Span[] {
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    spans.push([match.index, match.index + match[0].length]);
    if (overlapping) pattern.lastIndex = match.index + 1;
  }
  return spans;
}

/** The end of the text, if it is the beginning of the secret: a text cut to length may end inside one. */
function cutSecret(text: string, secret: string): Span[] {
  const tail = text.slice(-secret.length).toLowerCase();
  const wanted = secret.toLowerCase();
  for (let length = Math.min(tail.length, wanted.length); length >= MIN_CUT_SECRET; length -= 1) {
    if (tail.endsWith(wanted.slice(0, length))) return [[text.length - length, text.length]];
  }
  return [];
}

function withEncodedForm(secret: string): string[] {
  const encoded = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
  return encoded === secret ? [secret] : [secret, encoded];
}

const escapeForRegExp = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
