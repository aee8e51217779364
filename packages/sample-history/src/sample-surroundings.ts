import type { AccountCreation } from "@capi-relay/contract";
import type { AccountStore, AlertRow, AuditEntry, ClickCaptureCount, MongoConnection } from "@capi-relay/storage";
import type { SampleShop } from "./sample-shops.ts";
import { SAMPLE_DAYS } from "./sample-times.ts";
import type { SeededRandom } from "./seeded-random.ts";

const DAY_MS = 86_400_000;

/**
 * The shops as accounts, each with the state its trouble left it in. Their tokens are made up, so nothing of them can
 * be sent.
 */
export async function createShops(
  shops: readonly SampleShop[],
  mongo: MongoConnection,
  accounts: AccountStore,
  now: Date,
): Promise<void> {
  for (const shop of shops) {
    await accounts.create(creationOf(shop), daysBefore(now, SAMPLE_DAYS + 5));
    await mongo.collections.accounts.updateOne({ _id: shop.id }, { $set: stateOf(shop, now) });
  }
}

function creationOf({ id, name, wabaId, phoneNumberId, datasetId }: SampleShop): AccountCreation {
  return {
    id,
    name: `${name} (sample)`,
    wabaId,
    phoneNumberIds: [phoneNumberId],
    datasetId,
    accessToken: "sample-token-of-nobody",
    allowedEventNames: ["LeadSubmitted", "Purchase", "AddToCart", "InitiateCheckout", "ViewContent"],
    eventNameAliases: {},
    unknownOutcome: "hold",
    outsideClickWindow: "skip",
    waitForClickHours: 48,
    automaticEvents: "ignore",
  };
}

function stateOf({ trouble }: SampleShop, now: Date): object {
  const lastProbe = { at: daysBefore(now, 0.2), verdict: "wired", reason: null };
  if (trouble.kind === "refused_name") return { switchedOffEventNames: ["ViewContent"], lastProbe };
  if (trouble.kind !== "dead_token") return { lastProbe };
  if (trouble.until > 0) return { tokenVersion: 2, tokenUpdatedAt: daysBefore(now, trouble.until), lastProbe };
  const pausedAt = daysBefore(now, trouble.from);
  const refusedProbe = { at: pausedAt, verdict: "refused", reason: "meta_token_invalid" };
  return { state: "paused", pausedReason: "meta_token_invalid", pausedAt, lastProbe: refusedProbe };
}

/** Alerts as the worker would have raised them. */
export function sampleAlerts(shops: readonly SampleShop[], now: Date): AlertRow[] {
  return shops.flatMap(({ id, trouble }) => {
    if (trouble.kind !== "dead_token" && trouble.kind !== "refused_name") return [];
    const cause =
      trouble.kind === "dead_token"
        ? ({ kind: "account_paused", accountId: id, detail: "meta_token_invalid" } as const)
        : ({ kind: "event_name_switched_off", accountId: id, detail: "ViewContent" } as const);
    const openedAt = daysBefore(now, trouble.from);
    const closedAt = trouble.until === 0 ? null : daysBefore(now, trouble.until);
    const _id = [cause.kind, cause.accountId, cause.detail].join(":");
    return [{ _id, ...cause, openedAt, lastMetAt: closedAt ?? openedAt, closedAt }];
  });
}

export function sampleAudit(shops: readonly SampleShop[], now: Date): AuditEntry[] {
  return shops.flatMap(({ id, trouble }) =>
    trouble.kind === "dead_token" && trouble.until > 0
      ? [
          {
            at: daysBefore(now, trouble.until),
            who: "operator",
            action: "account_probed",
            subject: id,
            detail: "wired",
          },
          { at: daysBefore(now, trouble.until), who: "operator", action: "account_resumed", subject: id, detail: "" },
        ]
      : [],
  );
}

/** Ad referrals by day, with the days on which click ids no longer came. */
export function sampleCaptures(
  shops: readonly SampleShop[],
  now: Date,
  events: number,
  random: SeededRandom,
): ClickCaptureCount[] {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return shops.flatMap(({ wabaId, phoneNumberId, weight, growth, trouble }) =>
    Array.from({ length: SAMPLE_DAYS }, (_, index) => {
      const daysAgo = SAMPLE_DAYS - 1 - index;
      const usual = (events / SAMPLE_DAYS / 100) * weight * (1 + (growth - 1) * (index / SAMPLE_DAYS));
      const all = Math.max(1, Math.round(usual * (0.85 + 0.3 * random.next())));
      const isLost = trouble.kind === "clicks_lost" && daysAgo < trouble.from && daysAgo >= trouble.until;
      const withClickId = Math.round(all * (isLost ? 0.22 : 0.93 + 0.05 * random.next()));
      const day = new Date(today - daysAgo * DAY_MS);
      return { wabaId, phoneNumberId, day, withClickId, withoutClickId: all - withClickId };
    }),
  );
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
