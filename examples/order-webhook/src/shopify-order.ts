import { z } from "zod";
import type { ReadOrder } from "./order.ts";

const Address = z.object({ phone: z.string().nullish(), country_code: z.string().nullish() });

/** What we read of Shopify's order; there is much more. Source: Shopify Admin REST API, "Order". */
const ShopifyOrder = z.object({
  id: z.int(),
  name: z.string(),
  financial_status: z.string().nullish(),
  created_at: z.iso.datetime({ offset: true }),
  processed_at: z.iso.datetime({ offset: true }).nullish(),
  total_price: z.coerce.number(),
  currency: z.string(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  customer: z.object({ id: z.int(), phone: z.string().nullish() }).nullish(),
  billing_address: Address.nullish(),
  shipping_address: Address.nullish(),
  // A line we cannot read must not cost the whole sale its report.
  line_items: z
    .array(
      z.object({
        product_id: z.int().nullish(),
        title: z.string(),
        quantity: z.int().min(1),
        price: z.coerce.number(),
      }),
    )
    .catch([]),
});

const ATest = z.object({ test: z.literal(true) });

/** @throws ZodError when it is no order of Shopify's. */
export function readShopifyOrder(body: unknown): ReadOrder {
  // First of all: Shopify's own test notification has an id that no number in JavaScript can hold.
  if (ATest.safeParse(body).success) return { kind: "not_reported", why: "a_test" };
  const order = ShopifyOrder.parse(body);
  if (order.financial_status !== "paid") return { kind: "not_reported", why: "not_paid" };
  if (order.total_price <= 0) return { kind: "not_reported", why: "nothing_paid" };
  const { customer, billing_address: billing, shipping_address: shipping } = order;
  return {
    kind: "paid",
    order: {
      key: `shopify-${order.id}`,
      number: order.name,
      paidAt: new Date(order.processed_at ?? order.created_at),
      total: order.total_price,
      currency: order.currency,
      lines: order.line_items.map(({ product_id, title, quantity, price }) => ({
        // A line typed in by hand has no product.
        id: String(product_id ?? title),
        quantity,
        itemPrice: price,
      })),
      phone: firstFilled(order.phone, customer?.phone, billing?.phone, shipping?.phone),
      country: firstFilled(billing?.country_code, shipping?.country_code),
      email: firstFilled(order.email),
      customerId: customer ? String(customer.id) : null,
    },
  };
}

function firstFilled(...texts: readonly (string | null | undefined)[]): string | null {
  return texts.find((text) => text?.trim()) ?? null;
}
