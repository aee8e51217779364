import { WebhookReceipt } from "@capi-relay/contract";
import type { Logger } from "@capi-relay/runtime";
import { isSignedBy, verifySubscription } from "@capi-relay/whatsapp";
import { z } from "zod";
import { ApiProblem } from "../api-problem.ts";
import type { RouteRegistry } from "../route-schemas.ts";
import { takeWebhook, type WebhookPorts } from "../take-webhook.ts";

export interface WebhookRoutePorts extends WebhookPorts {
  readonly verifyToken: string | undefined;
  /** All that may sign, so that a secret can be replaced without losing a delivery. */
  readonly appSecrets: readonly string[];
  readonly log: Logger;
}

/** Meta sends up to 3 MB. */
const MAX_WEBHOOK_BYTES = 4 * 1024 * 1024;

/** To be registered in a scope of its own: here a body is bytes first, because the signature is over bytes. */
export async function webhookRoutes(app: RouteRegistry, ports: WebhookRoutePorts): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_WEBHOOK_BYTES }, (_request, body, done) =>
    done(null, body),
  );

  app.route({
    method: "GET",
    url: "/v1/webhooks/whatsapp",
    schema: {
      operationId: "verifyWebhook",
      tags: ["Webhooks"],
      summary: "Answer Meta's verification of the webhook",
      querystring: HubQuery,
      response: { 200: { content: { "text/plain": { schema: z.string().describe("The challenge.") } } } },
      errors: ["webhook_not_configured", "missing_field", "webhook_verification_failed"],
    },
    config: { scope: null },
    handler: async ({ query }, reply) => {
      if (ports.verifyToken === undefined) throw new ApiProblem("webhook_not_configured");
      demandHubParameters(query);
      const challenge = verifySubscription(query, ports.verifyToken);
      if (challenge === null) throw new ApiProblem("webhook_verification_failed");
      return reply.type("text/plain").send(challenge);
    },
  });

  app.route({
    method: "POST",
    url: "/v1/webhooks/whatsapp",
    bodyLimit: MAX_WEBHOOK_BYTES,
    schema: {
      operationId: "receiveWebhook",
      tags: ["Webhooks"],
      summary: "Take a delivery of Meta's webhook in",
      description: "Signed over its bytes in `X-Hub-Signature-256`. 200 only once everything it brought is stored.",
      headers: SignatureHeader,
      response: { 200: WebhookReceipt },
      errors: ["webhook_not_configured", "webhook_signature_invalid"],
    },
    config: { scope: null },
    handler: async (request) => {
      if (ports.appSecrets.length === 0) throw new ApiProblem("webhook_not_configured");
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signature = request.headers["x-hub-signature-256"];
      if (signature === undefined) {
        const message = "The header X-Hub-Signature-256 is missing: Meta signs every webhook with the app secret.";
        throw new ApiProblem("webhook_signature_invalid", message);
      }
      if (!isSignedBy(raw, typeof signature === "string" ? signature : undefined, ports.appSecrets)) {
        throw new ApiProblem("webhook_signature_invalid");
      }
      const taken = await takeWebhook(JSON.parse(raw.toString("utf8")), ports);
      ports.log.info({ ...taken, requestId: request.id }, "webhook.taken");
      return { received: true as const };
    },
  });
}

const SignatureHeader = z.looseObject({
  "x-hub-signature-256": z
    .string()
    .optional()
    .describe("`sha256=` and the HMAC-SHA-256 of the body's bytes with the app secret."),
});

/** Judged by the handler: how they are wrong decides the answer. */
const HubQuery = z.looseObject({
  "hub.mode": z.unknown().optional().meta({ type: "string", description: "`subscribe`." }),
  "hub.verify_token": z
    .unknown()
    .optional()
    .meta({ type: "string", description: "The value of WHATSAPP_VERIFY_TOKEN." }),
  "hub.challenge": z.unknown().optional().meta({ type: "string", description: "Answered as it came." }),
});

const HUB_PARAMETERS = ["hub.mode", "hub.verify_token", "hub.challenge"];

/** Somebody who opens the address in a browser learns what it is for. */
function demandHubParameters(query: Readonly<Record<string, unknown>>): void {
  const missing = HUB_PARAMETERS.filter((name) => query[name] === undefined);
  if (missing.length === 0) return;
  const details = missing.map((param) => ({ code: "missing_field", param, message: `${param} is missing.` }));
  const verb = missing.length === 1 ? "is" : "are";
  const message = `${missing.join(", ")} ${verb} missing from the query; Meta sends all of them when it verifies a webhook.`;
  throw new ApiProblem("missing_field", message, missing[0], details);
}
