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

  /** Each of them buys something. Answers the ids of what was taken in. @param changes What is different about the reports. */
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

  /** An order to Meta's imitation. */
  async sandbox(method: "POST" | "PATCH", path: string, body?: unknown): Promise<void> {
    const { sandboxUrl, secrets } = this.#stage;
    await mustCall(method, `${sandboxUrl}/admin${path}`, secrets.SANDBOX_ADMIN_TOKEN, body);
  }

  /** A usual morning, all of it delivered. */
  async usualMorning(): Promise<void> {
    await this.sells(await this.clicks(90));
    await this.rest();
  }

  /** Resolves when nothing of the shop is on its way any more. */
  async rest(): Promise<void> {
    const onTheirWay = { accountId: this.#shop.id, status: { $in: ["queued" as const, "sending" as const] } };
    for (let look = 0; look < 600; look += 1) {
      const moving = await this.#stage.mongo.native.events.findOne(onTheirWay);
      if (moving === null) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`Events of ${this.#shop.name} do not come to rest.`);
  }
}
