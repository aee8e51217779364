import { randomInt, randomUUID } from "node:crypto";
import { callJson, mustCall, openShop } from "@capi-relay/local-stack";
import { expect, inject } from "vitest";
import { aVisitor, typeLogin, type Visitor } from "./a-visitor.ts";

/** What Meta's stand-in took. */
interface Received {
  readonly eventId: string;
  readonly event: { readonly event_name: string; readonly custom_data?: { readonly currency?: string } };
}

/** A shop of one test: an account of the running relay, its dataset at Meta's stand-in, its order system. */
export async function aShop() {
  const { apiUrl, sandboxUrl, secrets } = inject("relay");
  const number = () => String(randomInt(10 ** 11, 10 ** 12));
  const id = `shop-${randomUUID().slice(0, 8)}`;
  const shop = { id, name: `Loja ${id}`, wabaId: number(), phoneNumberId: number(), datasetId: number() };
  await openShop(shop, { apiUrl, sandboxUrl, secrets: { ...secrets, META_ACCESS_TOKEN: `EAA${randomUUID()}` } });

  const api = (method: "GET" | "POST", path: string, body?: object) =>
    mustCall(method, `${apiUrl}/v1/${path}`, secrets.ADMIN_API_KEY, body);
  const meta = (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object) =>
    mustCall(method, `${sandboxUrl}/admin/${path}`, secrets.SANDBOX_ADMIN_TOKEN, body);
  const known = (...ctwaClids: string[]) => meta("POST", `wabas/${shop.wabaId}/clicks`, { ctwaClids });
  await known(USUAL_CLICK);

  const story = async (event: string) => (await api("GET", `whatsapp/conversions/${event}`)) as { status: string };
  return {
    ...shop,
    meta,
    /** Meta knows these clicks from now on. */
    known,
    /** Has Meta's stand-in refuse every event of this shop, until `heal`. */
    refuseAll: (subcode: number) =>
      meta("POST", "faults", { kind: "error_envelope", subcode, datasetId: shop.datasetId, times: "always" }),
    heal: () => meta("DELETE", "faults"),
    /** The order system reports purchases; answers their ids here, in the same order. */
    async sells(...purchases: readonly object[]): Promise<string[]> {
      const events = purchases.map((more) => ({ ...PURCHASE, accountId: id, eventId: randomUUID(), ...more }));
      const answer = await api("POST", "whatsapp/conversions/batch", { events });
      return (answer as { results: { id: string }[] }).results.map((result) => result.id);
    },
    /** Waits until an event stands there. */
    async stands(event: string, status: string): Promise<void> {
      await expect.poll(async () => (await story(event)).status, { timeout: 30_000 }).toBe(status);
    },
    statusOf: async (event: string) => (await story(event)).status,
    /** Everything Meta's stand-in took of this shop, repeats included. */
    async received(): Promise<readonly Received[]> {
      const query = `datasetId=${shop.datasetId}&limit=1000`;
      return ((await meta("GET", `received?${query}`)) as { events: Received[] }).events;
    },
    call: (method: "GET" | "POST" | "PATCH", path: string, body?: object) =>
      callJson(method, `${apiUrl}/v1/${path}`, secrets.ADMIN_API_KEY, body),
  };
}

const USUAL_CLICK = "ARA-usual-click";
const PURCHASE = { eventName: "Purchase", ctwaClid: USUAL_CLICK, value: 25, currency: "BRL" };

/** The operator of the running relay, logged in. */
export async function anOperator(): Promise<Visitor & { readonly url: string }> {
  const { dashboardUrl: url, login } = inject("relay");
  const visitor = await aVisitor();
  await visitor.page.goto(`${url}/login`);
  await typeLogin(visitor.page, login.user, login.password);
  await visitor.page.getByRole("heading", { name: "Overview" }).waitFor();
  return { ...visitor, url };
}
