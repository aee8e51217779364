import { anAttempt } from "@capi-relay/domain/builders";
import { EventLedger, MongoConnection } from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { check } from "../checker.ts";
import type { Cluster } from "../cluster.ts";
import { gatherEvidence } from "../evidence.ts";
import { callJson } from "../http-json.ts";
import type { LedgerRow } from "../ledger-row.ts";
import { openShop, purchases, type Shop } from "../shop.ts";
import type { Violation } from "../violation.ts";

const CLAIMERS = 20;

/** Twenty workers, bare of all but the ledger, reach for the same events one shortly after the other; winners send. */
export async function manyClaimers(cluster: Cluster): Promise<Violation[]> {
  const shop = await openShop(cluster, "shop");
  await cluster.orders.sendAll(purchases(cluster, shop, 5));
  const mongo = await new MongoConnection(cluster.ledger.uri, { appName: "faults" }).connected();
  try {
    const vault = KeyRing.parse(cluster.secrets.encryptionKeys);
    const claimers = Array.from({ length: CLAIMERS }, () => new EventLedger(mongo, vault));
    for (const row of await cluster.ledger.rows()) {
      await Promise.all(claimers.map((ledger, at) => claimAndSend(ledger, at, row, cluster, shop)));
    }
    return check(await gatherEvidence(cluster));
  } finally {
    await mongo.close();
  }
}

async function claimAndSend(
  ledger: EventLedger,
  at: number,
  row: LedgerRow,
  cluster: Cluster,
  shop: Shop,
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, at * 5));
  const token = `claimer-${at}`;
  const won = await ledger.claim([{ id: row._id, generation: row.generation }], token, 6_000, new Date());
  if (!won.has(row._id)) return;
  const ctwaClid = row.contact.ctwaClid ?? "";
  await callJson({
    method: "POST",
    url: `${cluster.sandbox.url}/v25.0/${shop.datasetId}/events`,
    token: shop.token,
    body: { data: [asMetaWantsIt(row, ctwaClid, shop.wabaId)] },
  });
  const click = { ctwaClid, conversationId: null, adId: null, clickedAt: null, matchedBy: "request" } as const;
  const attempt = anAttempt({ outcome: "delivered", reason: null, httpStatus: 200, code: null, startedAt: new Date() });
  await ledger.record(row._id, token, { outcome: { status: "delivered", reason: null }, attempt, click });
}

function asMetaWantsIt(row: LedgerRow, ctwaClid: string, wabaId: string) {
  return {
    event_name: row.eventName,
    event_time: Math.floor(row.eventTime.getTime() / 1_000),
    event_id: row.eventId,
    action_source: "business_messaging",
    messaging_channel: "whatsapp",
    user_data: { whatsapp_business_account_id: wabaId, ctwa_clid: ctwaClid },
    custom_data: { currency: row.details.currency, value: row.details.value },
  };
}
