import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Both shops sign the body's very bytes: HMAC-SHA256 in base64. So the bytes are checked before anything reads them as
 * JSON. Sources: Shopify, "Deliver webhooks through HTTPS" (X-Shopify-Hmac-Sha256); WooCommerce,
 * WC_Webhook::generate_signature (X-WC-Webhook-Signature).
 */
export function isSignedBy(secret: string, body: Uint8Array, signature: string | undefined): boolean {
  const expected = createHmac("sha256", secret).update(body).digest();
  const given = Buffer.from(signature ?? "", "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
