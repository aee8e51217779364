import { readFileSync } from "node:fs";

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a variable says, or the file that `<NAME>_FILE` points to; undefined when neither is set. Both set, or a file
 * that cannot be read, is left to the process that reads its configuration: it has a sentence for each.
 */
export function readVariable(name: string, env: Environment): string | undefined {
  const path = env[`${name}_FILE`];
  if (!path) return env[name] || undefined;
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "") || undefined;
  } catch {
    return env[name] || undefined;
  }
}

/** True when the environment says something about a variable, rightly or wrongly: then we say nothing. */
export function isGiven(name: string, env: Environment): boolean {
  return Boolean(env[name]) || Boolean(env[`${name}_FILE`]);
}

/** The variables without these, and without the files they may come from. */
export function without(names: readonly string[], env: Environment): Environment {
  const left = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left.has(name)));
}
