import { z } from "zod";

export const WebhookReceipt = z
  .object({ received: z.literal(true).describe("Always.") })
  .meta({ id: "WebhookReceipt", description: "Everything the delivery brought is stored." });
