import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { emit } from "../emitter/emit.ts";
import { planPosts, seededRandom } from "../emitter/plan-posts.ts";
import { asMetaBytes, type InboundMessage, referralWebhook } from "../emitter/referral-webhook.ts";
import type { SandboxState } from "../sandbox-state.ts";
import { ClickId, MetaId } from "./meta-id.ts";
import { readInput } from "./read-input.ts";

const shortText = z.string().max(500);
const Referral = z.strictObject({
  ctwaClid: ClickId.optional(),
  adId: shortText.optional(),
  sourceType: shortText.optional(),
  headline: shortText.optional(),
  sourceUrl: shortText.optional(),
});
const Message = z
  .strictObject({
    from: z
      .string()
      .regex(/^[0-9]{5,20}$/, "must be digits")
      .optional(),
    bsuid: z.string().min(1).max(200).optional(),
    profileName: shortText.optional(),
    timestamp: z.int().positive().optional(),
    referral: Referral.optional(),
    text: z.string().max(5000).optional(),
    messageId: z.string().min(1).max(300).optional(),
  })
  .refine(({ from, bsuid }) => from !== undefined || bsuid !== undefined, { error: "give from, bsuid or both" });

const EmissionInput = z.strictObject({
  callbackUrl: z.url({ protocol: /^https?$/ }).max(2048),
  appSecret: z.string().min(1).max(500),
  wabaId: MetaId,
  phoneNumberId: MetaId,
  messages: z.array(Message).min(1).max(10_000),
  // Meta's own limit of updates in one POST.
  batchSize: z.int().min(1).max(1000).default(1),
  duplicates: z.int().min(0).max(10).default(0),
  shuffle: z.boolean().default(false),
  seed: z.int().default(1),
  delayMs: z.int().min(0).max(60_000).default(0),
  retries: z.int().min(0).max(20).default(3),
  concurrency: z.int().min(1).max(32).default(1),
});

/** Plays WhatsApp: posts signed webhooks to a callback address. Their clicks are known from then on. */
export function addWebhookRoutes(admin: FastifyInstance, { world, clock, closing }: SandboxState): void {
  admin.post("/webhooks", async (request) => {
    const input = readInput(EmissionInput, request.body);
    const nowS = Math.floor(clock.now().getTime() / 1000);
    const messages = input.messages.map((message) => complete(message, nowS));
    const clicks = messages.flatMap(({ referral }) => (referral?.ctwaClid === undefined ? [] : [referral.ctwaClid]));
    // Before the first POST: a conversion may come back faster than the last webhook goes out.
    const clicksSeeded = world.addClicks(input.wabaId, clicks);
    const posts = planPosts(messages, input, seededRandom(input.seed));
    const bodies = posts.map((batch) => asMetaBytes(referralWebhook(input, batch)));
    return { ...(await emit({ ...input, bodies }, closing.signal)), clicksSeeded };
  });
}

function complete(message: z.output<typeof Message>, nowS: number): InboundMessage {
  return {
    ...message,
    timestamp: message.timestamp ?? nowS,
    messageId: message.messageId ?? `wamid.${randomBytes(24).toString("base64")}`,
    text: message.text ?? "Can I get more info about this?",
  };
}
