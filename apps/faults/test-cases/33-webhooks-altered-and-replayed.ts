import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { callJson } from "../src/http-json.ts";
import { openShop, type Shop } from "../src/shop.ts";
import { startCluster } from "../src/with-cluster.ts";

test("33: webhooks altered, re-encoded, replayed, doubled or out of order are refused, or change nothing", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-33");
  const post = async (body: Buffer, signed = body) => {
    const signature = `sha256=${createHmac("sha256", cluster.secrets.appSecret).update(signed).digest("hex")}`;
    const url = `${cluster.apiUrl}/v1/webhooks/whatsapp`;
    return (await callJson({ method: "POST", url, body, headers: { "x-hub-signature-256": signature } })).status;
  };
  const early = delivery(shop, "wamid.1", "clid-early", 1_000);
  const late = delivery(shop, "wamid.2", "clid-late", 10);
  const altered = Buffer.from(late.toString().replace("clid-late", "clid-evil"));
  const reencoded = Buffer.from(JSON.stringify(JSON.parse(late.toString()), null, 1));
  for (const forged of [altered, reencoded]) {
    const status = await post(forged, late);
    expect(status).toBeGreaterThanOrEqual(401);
    expect(status).toBeLessThan(404);
  }
  // The newer one first, each of them twice, and one again at the end.
  for (const body of [late, early, late, early, late]) expect(await post(body)).toBe(200);
  const conversations = await cluster.ledger.conversations();
  expect(conversations.length).toBe(1);
  expect(conversations[0]?.clicks.map(({ ctwaClid }) => ctwaClid).sort()).toEqual(["clid-early", "clid-late"]);
});

function delivery(shop: Shop, id: string, ctwaClid: string, secondsAgo: number): Buffer {
  const message = {
    from: "447712345678",
    id,
    timestamp: String(Math.floor(Date.now() / 1_000) - secondsAgo),
    type: "text",
    text: { body: "Olá" },
    referral: { source_type: "ad", source_id: "1", source_url: "https://fb.me/x", ctwa_clid: ctwaClid },
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "1", phone_number_id: "3000001" },
    contacts: [{ profile: { name: "A" }, wa_id: "447712345678" }],
    messages: [message],
  };
  return Buffer.from(
    JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ id: shop.wabaId, changes: [{ field: "messages", value }] }],
    }),
  );
}
