import { mustCall, type Stack } from "@capi-relay/local-stack";
import { z } from "zod";
import type { Person } from "./people.ts";
import type { Progress } from "./progress.ts";
import { SHOPS } from "./shops.ts";
import { deliveriesOf, type WebhookRound } from "./webhook-plan.ts";

const Emission = z.object({ posted: z.number(), undelivered: z.number(), answers: z.record(z.string(), z.number()) });

const HOUR_S = 3_600;
const DELIVERIES_AT_A_TIME = 8;

/**
 * Has the sandbox play WhatsApp: signed deliveries to our webhook, batched, repeated and shuffled. Answers how many.
 */
export async function playWebhooks(
  rounds: readonly WebhookRound[],
  { apiUrl, sandboxUrl, secrets }: Stack,
  progress: Progress,
): Promise<number> {
  const total = rounds.reduce((sum, round) => sum + deliveriesOf(round), 0);
  const nowS = Math.floor(Date.now() / 1_000);
  let posted = 0;
  for (const [seed, round] of rounds.entries()) {
    const [first] = round.from;
    if (first === undefined) continue;
    const { wabaId, phoneNumberId } = SHOPS[first.shop];
    const report = Emission.parse(
      await mustCall("POST", `${sandboxUrl}/admin/webhooks`, secrets.SANDBOX_ADMIN_TOKEN, {
        callbackUrl: `${apiUrl}/v1/webhooks/whatsapp`,
        appSecret: secrets.WHATSAPP_APP_SECRET,
        wabaId,
        phoneNumberId,
        messages: round.from.flatMap((person) => messagesOf(person, nowS)),
        batchSize: round.batchSize,
        duplicates: round.duplicates,
        shuffle: true,
        seed,
        concurrency: DELIVERIES_AT_A_TIME,
      }),
    );
    if (report.undelivered > 0) {
      throw new Error(`${report.undelivered} webhooks were not taken; answers: ${JSON.stringify(report.answers)}`);
    }
    posted += report.posted;
    progress.at("webhooks", posted, total);
  }
  return posted;
}

function messagesOf(person: Person, nowS: number): object[] {
  const contact = {
    ...(person.phoneAtWhatsApp === undefined ? {} : { from: person.phoneAtWhatsApp }),
    ...(person.bsuid === undefined ? {} : { bsuid: person.bsuid }),
  };
  return person.clicks.map(({ ctwaClid, adId, hoursAgo }) => ({
    ...contact,
    profileName: "José Ñandú 🛍️",
    timestamp: nowS - hoursAgo * HOUR_S,
    referral: {
      ...(ctwaClid === null ? {} : { ctwaClid }),
      adId,
      sourceType: "ad",
      headline: "Promoção de verão",
      sourceUrl: "https://fb.me/3cr4Wqqkv",
    },
    text: "Olá! Vi o anúncio e quero saber mais.",
  }));
}
