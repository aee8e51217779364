import { mustCall, openShop, type Shop } from "@capi-relay/local-stack";
import { samplePhone } from "@capi-relay/sample-history";
import type { Stage } from "./stage.ts";

/** The shop that gets into trouble. Its events are real ones: they go through the API, the worker and the sandbox. */
export const CASA_VERDE: Shop = {
  id: "casa-verde",
  name: "Casa Verde",
  wabaId: "102290129340398",
  phoneNumberId: "106540352242922",
  datasetId: "594425479261596",
};

/** What people do in and around the shop, each known by the number of a phone that nobody has. */
export class ShopFloor {
  readonly #stage: Stage;
  readonly #shop: Shop;
  #customers = 500_000;

  private constructor(stage: Stage, shop: Shop) {
    this.#stage = stage;
    this.#shop = shop;
  }

  static async open(stage: Stage, shop: Shop = CASA_VERDE): Promise<ShopFloor> {
    await openShop(shop, stage);
    return new ShopFloor(stage, shop);
  }

  /** So many new customers who tap an ad and write. @param captured False: their messages come without click ids. */
  async clicks(count: number, { captured = true } = {}): Promise<string[]> {
    const { apiUrl, secrets } = this.#stage;
    const phones = Array.from({ length: count }, () => samplePhone(++this.#customers));
    await this.sandbox("POST", "/webhooks", {
      callbackUrl: `${apiUrl}/v1/webhooks/whatsapp`,
      appSecret: secrets.WHATSAPP_APP_SECRET,
      wabaId: this.#shop.wabaId,
      phoneNumberId: this.#shop.phoneNumberId,
      batchSize: 50,
      messages: phones.map((from) => ({ from, referral: captured ? { ctwaClid: `ARA-scene-${from}` } : {} })),
    });
    return phones;
  }

  /**
   * Each of them buys something. Answers the ids of what was taken in. @param changes What is different about the
   * reports.
   */
  async sells(
    phones: readonly string[],
    eventName = "Purchase",
    changes: Readonly<Record<string, unknown>> = {},
  ): Promise<string[]> {
    const events = phones.map((phoneE164, index) => ({
      accountId: this.#shop.id,
      eventName,
      eventId: `order-${phoneE164.slice(-5)}:${eventName}`,
      phoneE164,
      value: 60 + ((index * 37) % 340) + 0.9,
      currency: "BRL",
      ...changes,
    }));
    const url = `${this.#stage.apiUrl}/v1/whatsapp/conversions/batch`;
    const answer = await mustCall("POST", url, this.#stage.secrets.ADMIN_API_KEY, { events });
    const { results } = answer as { results: readonly { id?: string }[] };
    return results.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }

  /** Sells until a report is turned away: the API looks at an account anew every few seconds. */
  async sellsInVain(eventName: string): Promise<void> {
    await untilTrue(async () => (await this.sells(await this.clicks(1), eventName)).length === 0);
  }

  /** An order to Meta's imitation. */
  async sandbox(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<void> {
    const { sandboxUrl, secrets } = this.#stage;
    await mustCall(method, `${sandboxUrl}/admin${path}`, secrets.SANDBOX_ADMIN_TOKEN, body);
  }

  /** A usual morning, all of it delivered. */
  async usualMorning(): Promise<void> {
    await this.sells(await this.clicks(90));
    await this.rest();
  }

  /**
   * So many sales of which Meta says that it took fewer than were sent, and not which: all of a request are in doubt.
   * Not of the first request, which leaves with a single event as soon as there is one: of that it would take none.
   */
  async sellsIntoTheDark(count: number): Promise<void> {
    const { datasetId } = this.#shop;
    await this.sandbox("POST", "/faults", { kind: "late_answer", delayMs: 100, datasetId, times: 1 });
    await this.sandbox("POST", "/faults", { kind: "counted_fewer", datasetId, times: "always" });
    await this.sells(await this.clicks(count));
    await this.rest();
    await this.sandbox("DELETE", "/faults");
  }

  /** Resolves when nothing of the shop is on its way any more. */
  async rest(): Promise<void> {
    const onTheirWay = { accountId: this.#shop.id, status: { $in: ["queued" as const, "sending" as const] } };
    const { events } = this.#stage.mongo.native;
    await untilTrue(async () => (await events.findOne(onTheirWay)) === null);
  }

  /**
   * Resolves when the API has brought its count of so many refused reports to the database, as it does every few
   * seconds.
   */
  async refusalsCounted(count: number): Promise<void> {
    const { refusals } = this.#stage.mongo.native;
    await untilTrue(async () => {
      const rows = await refusals.find({ accountId: this.#shop.id }).toArray();
      return rows.reduce((sum, row) => sum + row.count, 0) >= count;
    });
  }

  /** The same for messages from ads that came without a click id since a moment. */
  async lostClicksCounted(count: number, since: Date): Promise<void> {
    const { clickCaptures } = this.#stage.mongo.native;
    const ofToday = { wabaId: this.#shop.wabaId, day: { $gte: since } };
    await untilTrue(async () => {
      const rows = await clickCaptures.find(ofToday).toArray();
      return rows.reduce((sum, row) => sum + row.withoutClickId, 0) >= count;
    });
  }
}

async function untilTrue(fact: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error("The scene does not come about.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A busy machine takes its time. */
const PATIENCE_MS = 120_000;
