import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { anOperator, aShop } from "../src/a-shop.ts";

/** Nobody's, and easy to find. */
const PHONE = "5521976540123";
const EMAIL = "canary.bird@shop.example";
const EXTERNAL_ID = "customer-canary-4711";
const CLICK = "ARA-canary-click-0815";

test("no page, no file and no job shows who a customer is, nor the click that brought them", async () => {
  const shop = await aShop();
  const { page, url } = await anOperator();
  const person = { phoneE164: PHONE, email: EMAIL, externalId: EXTERNAL_ID, ctwaClid: CLICK };
  const [refused = "", waiting = ""] = await shop.sells(person, { ...person, ctwaClid: undefined });
  await shop.stands(refused, "rejected");
  await shop.stands(waiting, "waiting_click");
  // Sent, so that they were there to be shown.
  await shop.known(CLICK);
  await shop.call("POST", `whatsapp/conversions/${refused}/retry`);
  await shop.stands(refused, "delivered");
  const [received] = await shop.received();
  const sent = JSON.stringify(received);
  for (const value of [CLICK, sha256(PHONE), sha256(EMAIL), sha256(EXTERNAL_ID)]) expect(sent).toContain(value);

  const seen: string[] = [];
  page.context().on("response", (response) => {
    const isScript = /script|stylesheet|font/.test(response.request().resourceType());
    if (!isScript) seen.push(response.url());
  });
  const look = async (path: string) => {
    await page.goto(`${url}${path}`, { waitUntil: "networkidle" });
    expectNobodyIn(await page.content(), path);
  };
  for (const path of [
    "/",
    "/events",
    `/events/${refused}`,
    `/events/${waiting}`,
    `/events/${waiting}/cancel`,
    "/bulk-retry/plan",
    "/bulk-decision/plan",
    "/destinations",
    "/audit",
    "/queues/queue/conversions?status=completed",
  ])
    await look(path);

  await page.goto(`${url}/events`);
  await page.getByLabel("Search").fill(PHONE);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("heading", { name: "Found events" }).waitFor();
  expect(await page.locator("tbody tr").count()).toBeGreaterThanOrEqual(2);
  expectNobodyIn(await page.content(), "what a search by phone found");
  expectNobodyIn(seen.join("\n"), "addresses");

  await page.goto(`${url}/events?account=${shop.id}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export as CSV" }).click(),
  ]);
  const file = await text(await download.createReadStream());
  expect(file).toContain(refused);
  expectNobodyIn(file, "the exported file");

  const lists = await page.evaluate(
    `Promise.all(["completed", "failed", "waiting", "delayed"].map((status) => fetch("/queues/api/queues?activeQueue=conversions&page=1&jobsPerPage=50&status=" + status).then((reply) => reply.text())))`,
  );
  const jobs = (lists as string[]).join("\n");
  expect(jobs).toContain(refused);
  expectNobodyIn(jobs, "Bull Board's jobs");
  await page.goto(`${url}/events/${refused}`);
  await page.getByRole("link", { name: "See it in the queue" }).click();
  await page.getByText("The whole story of this event").first().waitFor();
  expectNobodyIn(await page.content(), "the job's page");
});

const sha256 = (value: string): string => createHash("sha256").update(value).digest("hex");

function expectNobodyIn(shown: string, where: string): void {
  for (const value of [PHONE, EMAIL, EXTERNAL_ID, CLICK]) {
    expect.soft(shown.toLowerCase(), where).not.toContain(value.toLowerCase());
    expect.soft(shown, where).not.toContain(sha256(value));
  }
}
