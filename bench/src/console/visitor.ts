/** One answer, as a browser would have waited for it. */
export interface Visit {
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
}

/** Somebody who is logged in to the dashboard. */
export class Visitor {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async logIn(url: string, name: string, password: string): Promise<Visitor> {
    const answer = await fetch(`${url}/login`, {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ name, password, next: "/" }),
      redirect: "manual",
    });
    const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";", 1);
    if (answer.status !== 303 || cookie === "") throw new Error(`The login was answered ${answer.status}.`);
    return new Visitor(url, cookie);
  }

  /** Opens a page and reads it to its end. */
  async open({ path, form }: Address): Promise<Visit> {
    const startedAt = performance.now();
    const answer = await this.#ask({ path, form });
    const body = await answer.arrayBuffer();
    return { status: answer.status, ms: performance.now() - startedAt, bytes: body.byteLength };
  }

  /** Reads a file for a while: when its first bytes came, and how many lines came in a second. */
  async download(
    path: string,
    forMs: number,
  ): Promise<{ readonly firstByteMs: number; readonly linesPerSecond: number; readonly lines: number }> {
    const startedAt = performance.now();
    const answer = await this.#ask({ path });
    let firstByteMs = Number.NaN;
    let lines = 0;
    for await (const chunk of answer.body ?? []) {
      if (Number.isNaN(firstByteMs)) firstByteMs = performance.now() - startedAt;
      for (const byte of chunk) if (byte === 10) lines += 1;
      if (performance.now() - startedAt > forMs) break;
    }
    return { firstByteMs, lines, linesPerSecond: (lines * 1_000) / (performance.now() - startedAt) };
  }

  #ask({ path, form }: Address): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      headers: {
        cookie: this.#cookie,
        accept: "text/html",
        "accept-language": "en-GB",
        "sec-fetch-site": "same-origin",
      },
      redirect: "manual",
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
  }
}

export interface Address {
  readonly path: string;
  /** What a form sends; without one the page is only opened. */
  readonly form?: Readonly<Record<string, string>> | undefined;
}
