import { z } from "zod";
import type { ReadOrder } from "./order.ts";

/** What we read of WooCommerce's order; there is much more. Source: WooCommerce REST API v3, "Order properties". */
const WooCommerceOrder = z.object({
  id: z.int(),
  number: z.string(),
  currency: z.string(),
  total: z.coerce.number(),
  /** Without a time zone, because it is in GMT. Null until it is paid. */
  date_paid_gmt: z.iso.datetime({ local: true }).nullish(),
  customer_id: z.int(),
  billing: z.object({ phone: z.string().default(""), email: z.string().default(""), country: z.string().default("") }),
  // A line we cannot read must not cost the whole sale its report.
  line_items: z.array(z.object({ product_id: z.int(), quantity: z.int().min(1), price: z.coerce.number() })).catch([]),
});

/** @throws ZodError when it is no order of WooCommerce's. */
export function readWooCommerceOrder(body: unknown): ReadOrder {
  const order = WooCommerceOrder.parse(body);
  if (!order.date_paid_gmt) return { kind: "not_reported", why: "not_paid" };
  if (order.total <= 0) return { kind: "not_reported", why: "nothing_paid" };
  const { phone, email, country } = order.billing;
  return {
    kind: "paid",
    order: {
      key: `woocommerce-${order.id}`,
      number: order.number,
      paidAt: new Date(`${order.date_paid_gmt}Z`),
      total: order.total,
      currency: order.currency,
      lines: order.line_items.map(({ product_id, quantity, price }) => ({
        id: String(product_id),
        quantity,
        itemPrice: price,
      })),
      phone: phone.trim() || null,
      country: country.trim() || null,
      email: email.trim() || null,
      // 0 is WooCommerce's word for a guest.
      customerId: order.customer_id === 0 ? null : String(order.customer_id),
    },
  };
}
