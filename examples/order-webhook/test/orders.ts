import { randomInt } from "node:crypto";

/** What must never stand in a log. */
export const CUSTOMER = {
  phoneDigits: "5511987654321",
  typedPhone: "+55 (11) 98765-4321",
  localPhone: "(11) 98765-4321",
  email: "canary.customer@example.com",
} as const;

/** An order as Shopify tells it, shortened. */
export function shopifyOrder(changes: object = {}) {
  return {
    id: randomInt(1e12, 2e12),
    name: "#1042",
    test: false,
    financial_status: "paid",
    created_at: atOffset(90_000),
    processed_at: atOffset(60_000),
    total_price: "129.90",
    currency: "BRL",
    email: CUSTOMER.email,
    phone: null,
    customer: { id: 207119551, email: CUSTOMER.email, phone: null },
    billing_address: { phone: CUSTOMER.typedPhone, country_code: "BR" },
    line_items: [{ id: 1, product_id: 632910392, title: "Shirt", quantity: 2, price: "54.95" }],
    ...changes,
  };
}

/** An order as WooCommerce tells it, shortened. */
export function wooCommerceOrder(changes: object = {}) {
  return {
    id: randomInt(1e6, 2e9),
    number: "727",
    status: "processing",
    currency: "BRL",
    total: "89.50",
    customer_id: 0,
    date_paid_gmt: new Date(Date.now() - 60_000).toISOString().slice(0, 19),
    billing: { phone: CUSTOMER.localPhone, email: CUSTOMER.email, country: "BR" },
    line_items: [{ id: 315, product_id: 93, quantity: 1, price: 89.5 }],
    ...changes,
  };
}

/** Shopify writes the shop's own time zone. */
function atOffset(millisecondsAgo: number): string {
  const there = new Date(Date.now() - millisecondsAgo - 3 * 3_600_000);
  return `${there.toISOString().slice(0, 19)}-03:00`;
}
