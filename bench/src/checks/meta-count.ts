import type { EventCounts, Servers } from "../stand/servers.ts";
import type { BenchShop } from "../stand/shops.ts";

type CountingServers = Pick<Servers, "eventCounts">;

/** What Meta's side counts of some shops' events, from a moment on: a fast relay may still be a wrong one. */
export class MetaCount {
  readonly #servers: CountingServers;
  readonly #shops: readonly BenchShop[];
  readonly #before: EventCounts;

  private constructor(servers: CountingServers, shops: readonly BenchShop[], before: EventCounts) {
    this.#servers = servers;
    this.#shops = shops;
    this.#before = before;
  }

  static async fromNowOn(servers: CountingServers, shops: readonly BenchShop[]): Promise<MetaCount> {
    return new MetaCount(servers, shops, await servers.eventCounts(shops));
  }

  /** @throws Error unless Meta has counted so many events since, each exactly once. */
  async mustBe(events: number): Promise<void> {
    const after = await this.#servers.eventCounts(this.#shops);
    const distinct = after.distinct - this.#before.distinct;
    const copies = after.copies - this.#before.copies;
    if (distinct === events && copies === 0) return;
    throw new Error(`Meta counted ${distinct} of ${events} events (copies: ${copies}): a fast relay that is wrong`);
  }
}
