import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  accountId = (await api.account()).id;
});
afterAll(() => api.close());

/** As long as nobody else is served: a request must not buy seconds of it with one field. */
async function timeOf(work: () => Promise<{ readonly body: string }>): Promise<{ ms: number; body: string }> {
  const startedAt = performance.now();
  const { body } = await work();
  return { ms: performance.now() - startedAt, body };
}

/** Every dot may be the one before the ending, and the last letter fits none of them. */
const anEmail = (length: number) => `a@${".".repeat(length)}@`;

describe("a text of unreasonable length", () => {
  test("is refused before its form is looked at", async () => {
    const event = aConversion(accountId, { email: anEmail(60_000) });
    const { ms, body } = await timeOf(() => api.call("POST", "/v1/whatsapp/conversions", event));
    expect(JSON.parse(body)).toMatchObject({ code: "invalid_value", param: "email" });
    expect(ms).toBeLessThan(1_000);
  });

  test("costs the others of its batch nothing", async () => {
    const events = [aConversion(accountId, { email: anEmail(120_000) }), aConversion(accountId)];
    const { ms, body } = await timeOf(() => api.call("POST", "/v1/whatsapp/conversions/batch", { events }));
    expect(JSON.parse(body).results).toMatchObject([{ error: { param: "email" } }, { status: "queued" }]);
    expect(ms).toBeLessThan(2_000);
  });
});
