import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  accountId = (await api.account()).id;
});
afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";

/** As long as nobody else is served: a request must not buy seconds of it with one field. */
async function timeOf(work: () => Promise<{ readonly body: string }>): Promise<{ ms: number; body: string }> {
  const startedAt = performance.now();
  const { body } = await work();
  return { ms: performance.now() - startedAt, body };
}

/** Every dot may be the one before the ending, and the last letter fits none of them. */
const anEmail = (length: number) => `a@${".".repeat(length)}@`;

describe("a request of many mistakes", () => {
  test("hears of a hundred of them, and no long answer", async () => {
    const mistakes = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`field${at}`, 0]));
    const many = await api.call("POST", `${CONVERSIONS}/batch`, { events: [1], ...mistakes });
    expect(many.json()).toMatchObject({ code: "unknown_field" });
    expect(many.json().details).toHaveLength(100);

    const contents = Array(500).fill({ wrong: 1 });
    const one = await api.call("POST", CONVERSIONS, aConversion(accountId, { contents }));
    expect(one.json().details).toHaveLength(100);
  });

  test("lets others have their turn while a batch of them is read", async () => {
    const events = Array.from({ length: 1_000 }, () => ({ contents: Array(500).fill([]) }));
    let turns = 0;
    const counting = setInterval(() => void turns++, 1);
    const answer = await api.call("POST", `${CONVERSIONS}/batch`, { events });
    clearInterval(counting);
    expect(answer.json().results).toHaveLength(1_000);
    expect(turns).toBeGreaterThan(10);
  });
});

describe("a text of unreasonable length", () => {
  test("is refused before its form is looked at", async () => {
    const event = aConversion(accountId, { email: anEmail(60_000) });
    const { ms, body } = await timeOf(() => api.call("POST", CONVERSIONS, event));
    expect(JSON.parse(body)).toMatchObject({ code: "invalid_value", param: "email" });
    expect(ms).toBeLessThan(1_000);
  });

  test("costs the others of its batch nothing", async () => {
    const events = [aConversion(accountId, { email: anEmail(120_000) }), aConversion(accountId)];
    const { ms, body } = await timeOf(() => api.call("POST", `${CONVERSIONS}/batch`, { events }));
    expect(JSON.parse(body).results).toMatchObject([{ error: { param: "email" } }, { status: "queued" }]);
    expect(ms).toBeLessThan(2_000);
  });
});
