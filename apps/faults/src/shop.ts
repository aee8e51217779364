import type { Cluster } from "./cluster.ts";
import type { Conversion } from "./order-system.ts";

/** An account of the relay, with its WABA, dataset and token at the sandbox. */
export interface Shop {
  readonly id: string;
  readonly wabaId: string;
  readonly datasetId: string;
  readonly token: string;
}

let opened = 0;

/** Sets an account up on both sides, through the front door. */
export async function openShop(cluster: Cluster, id: string, settings: Record<string, unknown> = {}): Promise<Shop> {
  opened += 1;
  const wabaId = String(10_000_000 + opened);
  const datasetId = String(20_000_000 + opened);
  const token = `${cluster.secrets.accessToken}${id.replaceAll("-", "")}`;
  await cluster.sandbox.admin("PUT", `/wabas/${wabaId}`, { datasetId, token });
  const account = { id, name: id, wabaId, datasetId, accessToken: token, ...settings };
  const { status, body } = await cluster.orders.call("POST", "/v1/accounts", account);
  if (status !== 201) throw new Error(`the account was not opened: ${status} ${JSON.stringify(body)}`);
  return { id, wabaId, datasetId, token };
}

/** A purchase whose click the caller knows, so that nothing has to be found. */
export function purchase(
  cluster: Cluster,
  shop: Shop,
  eventId: string,
  fields: Record<string, unknown> = {},
): Conversion {
  return {
    accountId: shop.id,
    eventId,
    eventName: "Purchase",
    ctwaClid: `${cluster.secrets.clickPrefix}${eventId}`,
    value: 10.5,
    currency: "BRL",
    phoneE164: cluster.secrets.phone,
    email: cluster.secrets.email,
    externalId: cluster.secrets.externalId,
    ...fields,
  };
}

export function purchases(
  cluster: Cluster,
  shop: Shop,
  count: number,
  from = 1,
  fields: Record<string, unknown> = {},
): Conversion[] {
  return Array.from({ length: count }, (_, at) => purchase(cluster, shop, `order-${from + at}`, fields));
}

/** Lets the sandbox send a signed webhook with an ad click of this phone number. */
export async function click(cluster: Cluster, shop: Shop, phones: readonly string[]): Promise<Record<string, number>> {
  const posted = await cluster.sandbox.admin("POST", "/webhooks", {
    callbackUrl: `${cluster.apiUrl}/v1/webhooks/whatsapp`,
    appSecret: cluster.secrets.appSecret,
    wabaId: shop.wabaId,
    phoneNumberId: "3000001",
    messages: phones.map((from) => ({
      from,
      referral: { ctwaClid: `${cluster.secrets.clickPrefix}${from}`, adId: "1" },
    })),
    batchSize: 50,
  });
  return posted.answers;
}
