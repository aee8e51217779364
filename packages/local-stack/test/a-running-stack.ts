import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniquePrefix } from "@capi-relay/local-services";
import { inject } from "vitest";
import { mustCall } from "../src/call-json.ts";
import { DEMO_SHOP, openShop } from "../src/open-shop.ts";
import { startStack } from "../src/start-stack.ts";

interface ReceivedEvent {
  readonly eventId: string | null;
  readonly event: Readonly<Record<string, unknown>>;
}

/**
 * API, worker and sandbox as processes, on the run's Redis and MongoDB, with the demo shop open; short pauses between
 * tries.
 */
export async function aRunningStack() {
  const prefix = uniquePrefix();
  const dataDir = mkdtempSync(join(tmpdir(), "running-stack-"));
  const stack = await startStack({
    env: { ...process.env, REDIS_URL: inject("redisUrl"), MONGODB_URI: inject("mongoUri") },
    dataDir,
    freePorts: true,
    withoutApps: ["dashboard"],
    database: prefix,
    overrides: { QUEUE_PREFIX: prefix, DELAY_SCALE: "0.01" },
    onProgress: () => {},
    onLost: () => {},
  });
  const { apiUrl, sandboxUrl, secrets } = stack;
  const sandbox = (method: "GET" | "POST", path: string, body?: object) =>
    mustCall(method, `${sandboxUrl}/admin/${path}`, secrets.SANDBOX_ADMIN_TOKEN, body);
  await openShop(DEMO_SHOP, stack);
  return {
    apiUrl,
    accountId: DEMO_SHOP.id,
    apiKey: secrets.ADMIN_API_KEY,
    /** An ad click by this phone an hour ago, by WhatsApp's signed webhook. */
    click: (phone: string) =>
      sandbox("POST", "webhooks", {
        callbackUrl: `${apiUrl}/v1/webhooks/whatsapp`,
        appSecret: secrets.WHATSAPP_APP_SECRET,
        wabaId: DEMO_SHOP.wabaId,
        phoneNumberId: DEMO_SHOP.phoneNumberId,
        messages: [
          {
            from: phone,
            timestamp: Math.floor(Date.now() / 1_000) - 3_600,
            text: "Oi! Vi o anúncio.",
            referral: { ctwaClid: `ARA-${prefix}-${phone}`, adId: "120226305854810726", sourceType: "ad" },
          },
        ],
      }),
    /** Has Meta's stand-in fail the next request; see the sandbox's faults. */
    fault: (order: object) => sandbox("POST", "faults", order),
    /** What Meta's stand-in took, with this event id. */
    async received(eventId: string): Promise<readonly ReceivedEvent[]> {
      const { events } = (await sandbox("GET", "received?limit=1000")) as { events: readonly ReceivedEvent[] };
      return events.filter((event) => event.eventId === eventId);
    },
    async stop() {
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
