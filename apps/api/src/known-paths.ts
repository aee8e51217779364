/** Which methods every path has, so that a wrong method is told apart from a wrong path. */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** @param pattern As routes are registered: `/v1/accounts/:id`. */
  add(method: string | readonly string[], pattern: string): void {
    const known = this.#methods.get(pattern) ?? new Set();
    for (const one of typeof method === "string" ? [method] : method) known.add(one);
    this.#methods.set(pattern, known);
  }

  /** The methods of the path of a URL, sorted; none when there is no such path. */
  methodsOf(url: string): readonly string[] {
    const parts = (url.split("?", 1)[0] ?? "").split("/");
    const found = [...this.#methods].filter(([pattern]) => fits(pattern.split("/"), parts));
    return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort();
  }
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false;
  return pattern.every((part, at) => (part.startsWith(":") ? parts[at] !== "" : part === parts[at]));
}
