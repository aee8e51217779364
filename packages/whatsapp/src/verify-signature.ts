import { createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

/**
 * Did Meta sign this body? `X-Hub-Signature-256` is the HMAC-SHA256 of the app secret over the bytes exactly as they
 * came: never parse and serialise first, since Meta may write non-ASCII as `\uXXXX`. Source: Meta, "Create a webhook
 * endpoint".
 *
 * @param header The header's value, `sha256=<hex>`; missing or malformed means not signed.
 * @param appSecrets Any of them may have signed, so that a secret can be replaced without losing deliveries. An empty
 *   one never counts: everybody can sign with it.
 */
export function isSignedBy(rawBody: Uint8Array, header: string | undefined, appSecrets: readonly string[]): boolean {
  const hex = header === undefined ? undefined : SIGNATURE.exec(header)?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, "hex");
  let signed = false;
  // No early end: the time taken does not tell which secret fits.
  for (const secret of appSecrets) {
    if (secret === "") continue;
    const expected = createHmac("sha256", secret).update(rawBody).digest();
    signed = timingSafeEqual(given, expected) || signed;
  }
  return signed;
}
