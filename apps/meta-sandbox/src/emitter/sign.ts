import { createHmac } from "node:crypto";

/** `X-Hub-Signature-256` over the exact bytes sent. Source: Meta, "Create a webhook endpoint". */
export function signBytes(bytes: Uint8Array, appSecret: string): string {
  return `sha256=${createHmac("sha256", appSecret).update(bytes).digest("hex")}`;
}
