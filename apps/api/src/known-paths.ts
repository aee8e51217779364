interface Borrowed {
  readonly method: string;
  readonly url: string;
}

/** Which methods every path has, so that a wrong method is told apart from a wrong path. */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** @param pattern As routes are registered: `/v1/accounts/:id`. */
  add(method: string | readonly string[], pattern: string): void {
    const known = this.#methods.get(pattern) ?? new Set();
    for (const one of typeof method === "string" ? [method] : method) known.add(one);
    this.#methods.set(pattern, known);
  }

  /**
   * The methods of the path of a URL, sorted; none when there is no such path. A path with a name of its own is no id.
   */
  methodsOf(url: string): readonly string[] {
    const path = url.split("?", 1)[0] ?? "";
    const named = isNamed(path) ? this.#methods.get(path) : undefined;
    const found = named === undefined ? this.#thatFit(path) : [named];
    return [...new Set(found.flatMap((methods) => [...methods]))].sort();
  }

  /** What a path with a name of its own would answer only because another route takes it for an id. */
  borrowed(): readonly Borrowed[] {
    const named = [...this.#methods].filter(([pattern]) => isNamed(pattern));
    return named.flatMap(([url, own]) => {
      const methods = new Set(this.#thatFit(url).flatMap((taken) => [...taken]));
      return [...methods].filter((method) => !own.has(method)).map((method) => ({ method, url }));
    });
  }

  #thatFit(path: string): Set<string>[] {
    const parts = path.split("/");
    return [...this.#methods].filter(([pattern]) => fits(pattern.split("/"), parts)).map(([, methods]) => methods);
  }
}

function isNamed(pattern: string): boolean {
  return !/[:*]/.test(pattern);
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false;
  return pattern.every((part, at) => (part.startsWith(":") ? parts[at] !== "" : part === parts[at]));
}
