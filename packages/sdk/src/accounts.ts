import type { Account, AccountChanges, NewAccount, ProbeAnswer } from "./account.ts";
import type { CallOptions } from "./call-options.ts";
import { pathTo, type Transport } from "./transport.ts";

const ROOT = "/v1/accounts";

/** WhatsApp Business Accounts and where their conversions go. */
export class Accounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(options?: CallOptions): Promise<readonly Account[]> {
    const { accounts } = await this.#transport.call<{ accounts: readonly Account[] }>(
      { method: "GET", path: ROOT },
      options,
    );
    return accounts;
  }

  /** Not repeated once it left: the second time would answer that the WABA is taken. */
  create(account: NewAccount, options?: CallOptions): Promise<Account> {
    return this.#transport.call({ method: "POST", path: ROOT, body: account, repeatable: false }, options);
  }

  get(id: string, options?: CallOptions): Promise<Account> {
    return this.#transport.call({ method: "GET", path: pathTo(ROOT, id) }, options);
  }

  change(id: string, changes: AccountChanges, options?: CallOptions): Promise<Account> {
    return this.#transport.call({ method: "PATCH", path: pathTo(ROOT, id), body: changes }, options);
  }

  /** Holds its events. */
  pause(id: string, options?: CallOptions): Promise<Account> {
    return this.#transport.call({ method: "POST", path: pathTo(ROOT, id, "pause") }, options);
  }

  /** Lets them go. */
  resume(id: string, options?: CallOptions): Promise<Account> {
    return this.#transport.call({ method: "POST", path: pathTo(ROOT, id, "resume") }, options);
  }

  /** Tries token and dataset out at Meta with a made-up click. */
  probe(id: string, options?: CallOptions): Promise<ProbeAnswer> {
    return this.#transport.call({ method: "POST", path: pathTo(ROOT, id, "probe") }, options);
  }
}
