import { createHmac } from "node:crypto";
import { once } from "node:events";
import { aRunningStack } from "@capi-relay/local-stack/builders";
import { CapiRelay } from "@capi-relay/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { orderWebhooks } from "../src/order-webhooks.ts";
import { CUSTOMER, shopifyOrder, wooCommerceOrder } from "./orders.ts";

const SECRET = "the shop's own secret";
let stack: Awaited<ReturnType<typeof aRunningStack>>;
let relay: CapiRelay;

beforeAll(async () => {
  stack = await aRunningStack();
  relay = new CapiRelay({ baseUrl: stack.apiUrl, apiKey: stack.apiKey });
  await stack.click(CUSTOMER.phoneDigits);
}, 60_000);
afterAll(() => stack.stop());

/** The example, listening. */
async function anExample(
  client: CapiRelay = relay,
  secrets = { shopify: SECRET, woocommerce: SECRET as string | undefined },
) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const server = orderWebhooks({ relay: client, accountId: stack.accountId, secrets, log });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const post = async (shop: string, body: string, header: string, signature = sign(body)) => {
    const headers = { "content-type": "application/json", [header]: signature };
    const { status } = await fetch(`http://127.0.0.1:${port}/webhooks/${shop}`, { method: "POST", headers, body });
    return status;
  };
  return {
    lines,
    shopify: (order: object | string, signature?: string) =>
      post("shopify", typeof order === "string" ? order : JSON.stringify(order), "x-shopify-hmac-sha256", signature),
    wooCommerce: (order: object | string, signature?: string) =>
      post(
        "woocommerce",
        typeof order === "string" ? order : JSON.stringify(order),
        "x-wc-webhook-signature",
        signature,
      ),
  };
}

const sign = (body: string) => createHmac("sha256", SECRET).update(body).digest("base64");
const idIn = (line: string | undefined) => / as (\S+)$/.exec(line ?? "")?.[1] ?? "";

test("a paid order of Shopify's is a Purchase that Meta counts once, however often the shop tells it", async () => {
  const { shopify, lines } = await anExample();
  const order = shopifyOrder();
  expect(await shopify(order)).toBe(200);
  expect(await shopify(order)).toBe(200);
  expect(lines).toEqual([
    expect.stringMatching(/^shopify-\d+: taken as \S+$/),
    expect.stringMatching(/^shopify-\d+: known already as \S+$/),
  ]);
  const { story } = await relay.conversions.waitUntilSettled(idIn(lines[0]), { timeoutMs: 20_000 });
  expect(story).toMatchObject({
    ...{ status: "delivered", eventId: `shopify-${order.id}:Purchase`, value: 129.9, currency: "BRL" },
    ...{ orderId: "#1042", click: { matchedBy: "phone" } },
  });
  expect(new Date(story.eventTime)).toEqual(new Date(Math.floor(Date.parse(order.processed_at) / 1_000) * 1_000));
  const [event, ...more] = await stack.received(story.eventId);
  expect(more).toEqual([]);
  expect(event?.event["custom_data"]).toMatchObject({
    ...{ value: 129.9, currency: "BRL", order_id: "#1042" },
    contents: [{ id: "632910392", quantity: 2, item_price: 54.95 }],
  });
}, 30_000);

test("the test notification of Shopify's admin is told as a test, although no number can hold its id", async () => {
  const { shopify, lines } = await anExample();
  const notification = JSON.stringify({ ...shopifyOrder({ test: true }), id: 0 }).replace(
    '"id":0',
    '"id":820982911946154508',
  );
  expect(await shopify(notification)).toBe(200);
  expect(lines).toEqual(["shopify: an order is not reported (a_test)"]);
});

test("a paid order of WooCommerce's too; the number is read as one of the billing country", async () => {
  const { wooCommerce, lines } = await anExample();
  const order = wooCommerceOrder();
  expect(await wooCommerce(order)).toBe(200);
  const { story } = await relay.conversions.waitUntilSettled(idIn(lines[0]), { timeoutMs: 20_000 });
  expect(story).toMatchObject({ status: "delivered", eventId: `woocommerce-${order.id}:Purchase`, value: 89.5 });
  expect(Date.parse(story.eventTime)).toBe(Date.parse(`${order.date_paid_gmt}Z`));
}, 30_000);

test("what is not signed by the shop is 401 and goes nowhere", async () => {
  const { shopify, wooCommerce, lines } = await anExample();
  const order = shopifyOrder();
  expect(await shopify(order, sign(`${JSON.stringify(order)} `))).toBe(401);
  expect(await shopify(order, "")).toBe(401);
  expect(await wooCommerce(wooCommerceOrder(), createHmac("sha256", "guessed").update("x").digest("base64"))).toBe(401);
  expect(lines).toEqual([]);
});

test("WooCommerce's greeting is answered 200; a shop without a secret, and any other address, 404", async () => {
  const { wooCommerce } = await anExample();
  expect(await wooCommerce("webhook_id=7", "")).toBe(200);
  const onlyShopify = await anExample(relay, { shopify: SECRET, woocommerce: undefined });
  expect(await onlyShopify.wooCommerce("webhook_id=7", "")).toBe(404);
});

test.each([
  ["unpaid", { financial_status: "pending" }, "shopify: an order is not reported (not_paid)"],
  ["a test", { test: true }, "shopify: an order is not reported (a_test)"],
  ["for nothing", { total_price: "0.00" }, "shopify: an order is not reported (nothing_paid)"],
  [
    "no order",
    { id: "seven" },
    "shopify: a signed webhook that is no order (id); subscribe this address to orders only",
  ],
])("what is %s is 200 and not reported", async (_what, changes, line) => {
  const { shopify, lines } = await anExample();
  expect(await shopify(shopifyOrder(changes))).toBe(200);
  expect(lines).toEqual([line]);
});

test("a refusal is 200, because a repeat would be refused too, and says what to mend", async () => {
  const { shopify, lines } = await anExample();
  const order = shopifyOrder({ currency: "XXQ" });
  expect(await shopify(order)).toBe(200);
  expect(await shopify(shopifyOrder({ phone: "ask Ana", billing_address: null }))).toBe(200);
  expect(lines[0]).toMatch(new RegExp(`^shopify-${order.id}: refused, invalid_value: currency .+`));
  expect(lines[1]).toMatch(/^shopify-\d+: refused, not_a_number: /);
});

test("a relay that is away, or that does not know our key, has the shop repeat the order later", async () => {
  const nobody = new CapiRelay({ baseUrl: "http://127.0.0.1:9", apiKey: stack.apiKey, retries: 0 });
  const away = await anExample(nobody);
  expect(await away.shopify(shopifyOrder())).toBe(503);
  expect(away.lines[0]).toContain("not taken yet, capi-relay could not be reached");
  const stranger = await anExample(new CapiRelay({ baseUrl: stack.apiUrl, apiKey: "not-a-key-of-this-relay" }));
  expect(await stranger.shopify(shopifyOrder())).toBe(503);
  expect(stranger.lines[0]).toContain("not taken yet, api_key_invalid");
});

test("the log never holds anything about the customer", async () => {
  const { shopify, wooCommerce, lines } = await anExample();
  await shopify(shopifyOrder());
  await shopify(shopifyOrder({ total_price: CUSTOMER.email, phone: CUSTOMER.typedPhone }));
  await shopify(shopifyOrder({ currency: CUSTOMER.email }));
  await wooCommerce(wooCommerceOrder({ billing: { phone: CUSTOMER.email, email: CUSTOMER.email, country: "BR" } }));
  expect(lines).toHaveLength(4);
  for (const secret of Object.values(CUSTOMER)) expect(lines.join("\n")).not.toContain(secret);
});
