import type { CallOptions } from "./call-options.ts";
import type { Transport } from "./transport.ts";

const PATH = "/v1/whatsapp/dataset";

export interface DatasetAnswer {
  readonly datasetId: string | null;
  /** True when Meta made it just now. */
  readonly created: boolean;
}

/** The dataset at Meta that an account's conversions go to. */
export class Dataset {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(accountId: string, options?: CallOptions): Promise<DatasetAnswer> {
    return this.#transport.call({ method: "GET", path: PATH, query: new URLSearchParams({ accountId }) }, options);
  }

  /** Has Meta create it, once; an account that has one keeps it. */
  create(
    request: { readonly accountId: string; readonly datasetName?: string | undefined },
    options?: CallOptions,
  ): Promise<DatasetAnswer> {
    return this.#transport.call({ method: "POST", path: PATH, body: request }, options);
  }
}
