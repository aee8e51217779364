import { createServer, type IncomingMessage, type Server } from "node:http";
import type { CapiRelay } from "@capi-relay/sdk";
import { ZodError } from "zod";
import type { ReadOrder } from "./order.ts";
import { readBody } from "./read-body.ts";
import { reportPurchase } from "./report-purchase.ts";
import { readShopifyOrder } from "./shopify-order.ts";
import { isSignedBy } from "./verify-signature.ts";
import { readWooCommerceOrder } from "./woocommerce-order.ts";

export interface OrderWebhookPorts {
  readonly relay: CapiRelay;
  /** The account at capi-relay that the orders belong to. */
  readonly accountId: string;
  readonly secrets: { readonly shopify: string | undefined; readonly woocommerce: string | undefined };
  /** Told one line per webhook, with nothing about the customer in it. */
  log(line: string): void;
}

type Shop = keyof OrderWebhookPorts["secrets"];

const SHOPS = {
  shopify: { signedIn: "x-shopify-hmac-sha256", readOrder: readShopifyOrder },
  woocommerce: { signedIn: "x-wc-webhook-signature", readOrder: readWooCommerceOrder },
} as const;

/** A server that shops tell their orders: `POST /webhooks/shopify` and `POST /webhooks/woocommerce`. */
export function orderWebhooks(ports: OrderWebhookPorts): Server {
  return createServer((request, response) => {
    takeWebhook(request, ports).then(
      (status) => response.writeHead(status).end(),
      (error: unknown) => {
        ports.log(`a webhook failed: ${error instanceof Error ? error.name : "unknown"}`);
        response.writeHead(500).end();
      },
    );
  });
}

/**
 * One webhook, from its bytes to the status the shop is answered: 200 ends it, anything else has the shop repeat it.
 */
async function takeWebhook(request: IncomingMessage, ports: OrderWebhookPorts): Promise<number> {
  const shop = shopOf(request);
  const secret = shop === null ? undefined : ports.secrets[shop];
  if (shop === null || secret === undefined) return 404;
  const body = await readBody(request);
  if (body === null) return 413;
  if (isGreeting(shop, body)) return 200;
  const { signedIn, readOrder } = SHOPS[shop];
  if (!isSignedBy(secret, body, request.headers[signedIn]?.toString())) return 401;

  const read = readJson(body, readOrder);
  if (read.kind === "no_order") {
    ports.log(`${shop}: a signed webhook that is no order (${read.where}); subscribe this address to orders only`);
    return 200;
  }
  if (read.kind === "not_reported") {
    ports.log(`${shop}: an order is not reported (${read.why})`);
    return 200;
  }
  const { order } = read;
  const reported = await reportPurchase(order, ports.relay, ports.accountId);
  switch (reported.kind) {
    case "taken":
      ports.log(`${order.key}: ${reported.duplicate ? "known already" : "taken"} as ${reported.id}`);
      return 200;
    case "refused":
      ports.log(`${order.key}: refused, ${reported.why}`);
      return 200;
    case "later":
      ports.log(`${order.key}: not taken yet, ${reported.why}`);
      return 503;
  }
}

function shopOf({ method, url }: IncomingMessage): Shop | null {
  const [, name] = /^\/webhooks\/(shopify|woocommerce)$/.exec(url ?? "") ?? [];
  return method === "POST" && name !== undefined ? (name as Shop) : null;
}

/**
 * WooCommerce tries a new address out with a form of one field, unsigned, and wants a 200. Source:
 * WC_Webhook::deliver_ping.
 */
function isGreeting(shop: Shop, body: Buffer): boolean {
  return shop === "woocommerce" && /^webhook_id=\d+$/.test(body.toString("latin1"));
}

interface NoOrder {
  readonly kind: "no_order";
  /** The first field that does not fit; never what it holds. */
  readonly where: string;
}

/** What is signed and no order is no attack, and repeating it would not make it one. */
function readJson(body: Buffer, readOrder: (body: unknown) => ReadOrder): ReadOrder | NoOrder {
  try {
    return readOrder(JSON.parse(body.toString("utf8")));
  } catch (error) {
    const where = error instanceof ZodError ? error.issues[0]?.path.join(".") : undefined;
    return { kind: "no_order", where: where || "not JSON" };
  }
}
