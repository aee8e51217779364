import { createHmac, createSecretKey, randomBytes, randomInt, randomUUID } from "node:crypto";
import { openDispatcher } from "@capi-relay/dispatch/builders";
import { HttpMetrics, IntakeMetrics, openRegistry } from "@capi-relay/metrics";
import { createLogger } from "@capi-relay/runtime";
import {
  AccountStore,
  ApiKeyStore,
  AuditLog,
  CachedAccounts,
  CachedApiKeys,
  ClickCaptureStore,
  ConversationStore,
  EventEraser,
  EventList,
  EventProgress,
  LeaseStore,
  missingIndexes,
  RefusalStore,
} from "@capi-relay/storage";
import { TOKEN, vault } from "@capi-relay/storage/builders";
import { LookupKeys } from "@capi-relay/vault";
import type { InjectOptions } from "fastify";
import { ConflictLimits } from "../src/access/conflict-limits.ts";
import { KeyUses } from "../src/access/key-uses.ts";
import { type ApiPorts, buildApi } from "../src/app.ts";
import { ClickCaptureTally } from "../src/click-capture-tally.ts";
import { IntakeTally } from "../src/intake-tally.ts";
import { WaitingRoom } from "../src/wait/waiting-room.ts";

export const API_KEY = "canary-api-key-0123456789-0123456789-abcdef";
const APP_SECRET = "canary-app-secret";
const OLD_APP_SECRET = "canary-old-app-secret";
export const VERIFY_TOKEN = "canary-verify-token";

/** What must never come back in an answer or stand in a log. */
export const CANARIES = {
  email: "canary.person@example.com",
  phone: "5511912345678",
  externalId: "canary-customer-77",
  bsuid: "BR.canary1502576394655843",
  token: TOKEN,
  apiKey: API_KEY,
} as const;

const nobody = async () => ({ kind: "not_sent", cause: "refused" }) as const;
/** A Meta that cannot be reached. */
export const NO_META: ApiPorts["graph"] = { postEvents: nobody, findDataset: nobody, createDataset: nobody };
type Method = "GET" | "POST" | "PATCH" | "DELETE" | "PUT";

/** The whole API on a database and a queue of its own; requests are injected, nothing listens. */
export async function openApi(changes: Partial<ApiPorts> = {}, redisUrl?: string) {
  const world = await openDispatcher(redisUrl);
  const accountStore = new AccountStore(world.mongo, vault);
  const cachedAccounts = new CachedAccounts(accountStore);
  const apiKeyStore = new ApiKeyStore(world.mongo);
  const cachedApiKeys = new CachedApiKeys(apiKeyStore);
  const keyUses = new KeyUses(apiKeyStore, () => {});
  const conversations = new ConversationStore(world.mongo);
  const audit = new AuditLog(world.mongo);
  const lookupKey = randomBytes(32);
  const lookupKeys = new LookupKeys(lookupKey);
  const logLines: string[] = [];
  const captures = new ClickCaptureStore(world.mongo);
  const onTrouble = (error: unknown) => void logLines.push(String(error));
  const clickCaptures = new ClickCaptureTally({ captures, flushEveryMs: 60_000, onTrouble });
  const registry = openRegistry();
  const intake = new IntakeTally({
    metrics: new IntakeMetrics(registry),
    refusals: new RefusalStore(world.mongo),
    accounts: accountStore,
    // Tests flush when they want to look.
    flushEveryMs: 3_600_000,
    onTrouble: () => {},
    now: () => new Date(),
  });
  const app = await buildApi({
    accounts: { find: (id) => cachedAccounts.find(id), findByWaba: (wabaId) => accountStore.findByWaba(wabaId) },
    accountStore,
    apiKeyStore,
    cachedApiKeys,
    keyUses,
    requestLimits: { perKey: 60_000, perAddress: 120_000, failuresPerAddress: 60 },
    conflictLimits: new ConflictLimits(() => new Date()),
    audit,
    eraser: new EventEraser(world.mongo),
    graph: NO_META,
    leases: new LeaseStore(world.mongo),
    intake,
    http: new HttpMetrics(registry),
    cachedAccounts,
    clickCaptures,
    conversations,
    ledger: world.ledger,
    eventList: new EventList(world.mongo),
    cursorKey: lookupKey,
    waitingRoom: new WaitingRoom({ look: (ids) => new EventProgress(world.mongo).look(ids), onTrouble: () => {} }),
    dispatcher: world.dispatcher,
    resting: world.resting,
    decisions: world.decisions,
    lookupKeys,
    making: { lookupKeys, fingerprintKey: createSecretKey(lookupKey), sandbox: true },
    webhook: { verifyToken: VERIFY_TOKEN, appSecrets: [OLD_APP_SECRET, APP_SECRET] },
    missingIndexes: () => missingIndexes(world.mongo),
    pingQueue: () => world.queue.ping(),
    adminApiKey: API_KEY,
    trustProxy: [],
    log: createLogger({
      name: "test",
      level: "info",
      destination: { write: (line: string) => void logLines.push(line) },
    }),
    now: () => new Date(),
    ...changes,
  });

  const call = (method: Method, url: string, body?: unknown, headers: InjectOptions["headers"] = {}) =>
    app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${API_KEY}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });

  return {
    ...world,
    app,
    conversations,
    accountStore,
    apiKeyStore,
    keyUses,
    audit,
    captures,
    clickCaptures,
    logLines,
    intake,
    registry,
    refusals: new RefusalStore(world.mongo),
    call,
    /** An account made through the front door. */
    async account(changes: object = {}): Promise<{ id: string; wabaId: string }> {
      const request = {
        name: "Shop",
        wabaId: String(randomInt(1e11, 9e11)),
        datasetId: "1234567890",
        accessToken: TOKEN,
        ...changes,
      };
      const answer = await call("POST", "/v1/accounts", request);
      if (answer.statusCode !== 201) throw new Error(answer.body);
      return answer.json();
    },
    /** A key made through the front door; its secret is shown here only. */
    async apiKey(changes: object = {}): Promise<{ id: string; secret: string }> {
      const request = { name: "Order system", scopes: ["send"], accountIds: null, ...changes };
      const answer = await call("POST", "/v1/api-keys", request);
      if (answer.statusCode !== 201) throw new Error(answer.body);
      return answer.json();
    },
    /** The same as `call` with another key. */
    callWith: (secret: string, method: Method, url: string, body?: unknown) =>
      call(method, url, body, { authorization: `Bearer ${secret}` }),
    /** A delivery of Meta's webhook, signed over exactly these bytes. */
    webhook: (body: object | string, signature?: string) => {
      const raw = typeof body === "string" ? body : JSON.stringify(body);
      const signed = `sha256=${createHmac("sha256", APP_SECRET).update(raw).digest("hex")}`;
      return app.inject({
        method: "POST",
        url: "/v1/webhooks/whatsapp",
        headers: { "content-type": "application/json", "x-hub-signature-256": signature ?? signed },
        payload: raw,
      });
    },
    async close() {
      await app.close();
      await keyUses.close();
      await clickCaptures.close();
      await intake.close();
      await world.close();
    },
  };
}

/** The same for all of a run, so that a repeat is the same conversion also when a second has passed. */
const A_MINUTE_AGO = Math.floor(Date.now() / 1000) - 60;

export function aConversion(accountId: string, changes: object = {}) {
  return {
    accountId,
    eventName: "LeadSubmitted",
    eventId: `order-${randomUUID()}:LeadSubmitted`,
    bsuid: CANARIES.bsuid,
    eventTime: A_MINUTE_AGO,
    ...changes,
  };
}

/** A webhook with one message of one contact, that came from an ad unless told otherwise. */
export function aDelivery(wabaId: string, message: object = {}) {
  const contact = {
    from_user_id: CANARIES.bsuid,
    id: `wamid.${randomUUID()}`,
    timestamp: String(Math.floor(Date.now() / 1000) - 120),
  };
  const referral = {
    source_id: "120226305854810726",
    source_type: "ad",
    source_url: "https://fb.me/x",
    headline: "Ola, são nós",
    ctwa_clid: `ARA-${randomUUID()}`,
  };
  const messages = [{ ...contact, type: "text", text: { body: "Olá! 😀 informação" }, referral, ...message }];
  const value = {
    messaging_product: "whatsapp",
    metadata: { phone_number_id: "106540352242922" },
    contacts: [],
    messages,
  };
  return { object: "whatsapp_business_account", entry: [{ id: wabaId, changes: [{ field: "messages", value }] }] };
}
