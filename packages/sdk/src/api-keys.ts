import type { ApiKey, IssuedApiKey, NewApiKey } from "./api-key.ts";
import type { CallOptions } from "./call-options.ts";
import { pathTo, type Transport } from "./transport.ts";

const ROOT = "/v1/api-keys";

/** The keys of programs that call capi-relay. Making one is not repeated once the request left: it would make two. */
export class ApiKeys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(options?: CallOptions): Promise<readonly ApiKey[]> {
    const { apiKeys } = await this.#transport.call<{ apiKeys: readonly ApiKey[] }>(
      { method: "GET", path: ROOT },
      options,
    );
    return apiKeys;
  }

  /** The only answer that holds the `secret`. */
  create(apiKey: NewApiKey, options?: CallOptions): Promise<IssuedApiKey> {
    return this.#transport.call({ method: "POST", path: ROOT, body: apiKey, repeatable: false }, options);
  }

  /** A new key with the same rights; the old one goes on for `overlapHours`, 0 to 168, default 24. */
  rotate(
    id: string,
    { overlapHours }: { readonly overlapHours?: number | undefined } = {},
    options?: CallOptions,
  ): Promise<IssuedApiKey> {
    const call = {
      method: "POST",
      path: pathTo(ROOT, id, "rotate"),
      body: { overlapHours },
      repeatable: false,
    } as const;
    return this.#transport.call(call, options);
  }

  async revoke(id: string, options?: CallOptions): Promise<void> {
    await this.#transport.call({ method: "DELETE", path: pathTo(ROOT, id) }, options);
  }
}
