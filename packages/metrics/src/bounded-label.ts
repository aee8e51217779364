const DEFAULT_MAX = 100;

/**
 * Values of a label whose number nobody promises, such as the error codes of another party: the first ones are kept,
 * every later one is `other`. A label without an end would fill the memory of this process and of Prometheus.
 */
export class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #max: number;

  constructor(max: number = DEFAULT_MAX) {
    this.#max = max;
  }

  of(value: string | number | null): string {
    if (value === null) return "none";
    const text = String(value);
    if (this.#known.has(text)) return text;
    if (this.#known.size >= this.#max) return "other";
    this.#known.add(text);
    return text;
  }
}
