import { readFileSync } from "node:fs";
import type { z } from "zod";
import { ConfigError } from "./config-error.ts";

/** What a process reads: one Zod piece per variable, described by what it must hold ("the address of MongoDB, …"). */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;
export type Config<Shape extends ConfigShape> = Readonly<z.output<z.ZodObject<Shape>>>;

/** Compares settings with each other: a plain sentence when they do not fit, otherwise null. */
export type ConfigRule<Values> = (config: Values) => string | null;

/**
 * Reads the configuration once, checks all of it, and freezes it.
 *
 * Every variable may also come from a file: `NAME_FILE` holds the path, one newline at the end is dropped. A variable
 * set to nothing counts as not set. A piece's own message completes the sentence "NAME …", e.g. "must be true or
 * false". A rule runs when every variable it asks for is readable, so that its sentence stands beside all other
 * mistakes.
 *
 * @throws ConfigError with one sentence per mistake. None of them holds the value of a variable or the path of a file.
 */
export function readConfig<Shape extends ConfigShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
  ...rules: readonly ConfigRule<Config<Shape>>[]
): Config<Shape> {
  const values: Record<string, unknown> = {};
  const mistakes: string[] = [];
  for (const [name, piece] of Object.entries(shape)) {
    const given = readVariable(name, env);
    if ("mistake" in given) {
      mistakes.push(given.mistake);
      continue;
    }
    const parsed = piece.safeParse(given.text);
    if (parsed.success) values[name] = freeze(parsed.data);
    else mistakes.push(sentenceOf(name, given.text, piece, parsed.error));
  }
  const readable = onlyReadable(values) as Config<Shape>;
  for (const rule of rules) {
    const misfit = unlessUnreadable(() => rule(readable));
    if (misfit !== null) mistakes.push(misfit);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(values) as Config<Shape>;
}

const UNREADABLE = Symbol("a variable that is a mistake itself");

/** The values, where asking for one that could not be read is noticed. */
function onlyReadable(values: Record<string, unknown>): Record<string, unknown> {
  return new Proxy(values, {
    get(target, name) {
      if (typeof name === "string" && !Object.hasOwn(target, name)) throw UNREADABLE;
      return Reflect.get(target, name);
    },
  });
}

/** A rule about a variable that is missing or wrong has nothing to say: that mistake is told already. */
function unlessUnreadable(judge: () => string | null): string | null {
  try {
    return judge();
  } catch (error) {
    if (error === UNREADABLE) return null;
    throw error;
  }
}

function readVariable(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string | undefined } | { readonly mistake: string } {
  const text = env[name] || undefined;
  const path = env[`${name}_FILE`] || undefined;
  if (path === undefined) return { text };
  if (text !== undefined) return { mistake: `${name} and ${name}_FILE are both set; keep one of them.` };
  try {
    const content = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if (content === "") return { mistake: `${name}_FILE points to an empty file; write the value into it.` };
    return { text: content };
  } catch {
    // The path stays out of the sentence: a secret pasted into the wrong variable would be printed with it.
    return { mistake: `${name}_FILE points to a file that cannot be read; check the path and who may read it.` };
  }
}

function sentenceOf(name: string, text: string | undefined, piece: z.ZodType, error: z.ZodError): string {
  const expected = piece.description;
  const hint = expected === undefined ? "" : `; set it to ${expected}`;
  if (text === undefined) return `${name} is not set${hint}.`;
  const message = error.issues[0]?.message ?? "";
  // Our pieces say "must be …". Zod's own messages are sentences that begin with a capital letter.
  return /^[a-z]/.test(message) ? `${name} ${message.replace(/\.$/, "")}.` : `${name} cannot be used${hint}.`;
}

function freeze(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    return Object.freeze(value);
  }
  return value;
}
