import type { BrowserContextOptions } from "playwright-core";
import { expect, test } from "vitest";
import { aVisitor, typeLogin, type Visitor } from "../src/a-visitor.ts";
import { violationsOn } from "../src/violations.ts";
import { aBusyConsole, aServedConsole } from "../test/a-served-console.ts";

const SCREENS: readonly (readonly [name: string, options: BrowserContextOptions & { viewport: { width: number } }])[] =
  [
    ["in light colours on a desk", { colorScheme: "light", viewport: { width: 1280, height: 800 } }],
    ["in dark colours on a phone of 360 pixels", { colorScheme: "dark", viewport: { width: 360, height: 740 } }],
  ];

test.each(SCREENS)("every page %s holds to WCAG AA, fits, and asks no other host for anything", async (_, options) => {
  const served = await aBusyConsole();
  const visitor = await served.loggedIn(options);
  for (const path of served.pages) {
    await visitor.page.goto(`${served.url}${path}`);
    await expectWellMade(visitor, path);
  }
  expectOneHost(visitor, served.url);
});

test("so does every page that has nothing to show, or refuses, in light colours on a phone", async () => {
  const options = { viewport: { width: 360, height: 740 } };
  const served = await aServedConsole();
  const stranger = await aVisitor(options);
  await stranger.page.goto(`${served.url}/login`);
  await expectWellMade(stranger, "the login");
  await typeLogin(stranger.page, "vic", "not the password");
  await stranger.page.getByRole("alert").waitFor();
  await expectWellMade(stranger, "a wrong password");
  expectOneHost(stranger, served.url);
  const viewer = await served.loggedIn(options, "vic");
  for (const path of ["/", "/events", "/bulk-retry", "/destinations", "/audit"]) {
    await viewer.page.goto(`${served.url}${path}`);
    await expectWellMade(viewer, `${path} with nothing in it`);
  }
  await viewer.page.goto(`${served.url}/events`);
  await viewer.page.getByLabel("Search").fill("nothing of the kind");
  await viewer.page.getByRole("button", { name: "Search" }).click();
  await viewer.page.getByText("Nothing was found.").waitFor();
  await expectWellMade(viewer, "a search in vain");
  await viewer.page.goto(`${served.url}/events/x/retry`);
  await viewer.page.getByText("Only an operator can do this").waitFor();
  await expectWellMade(viewer, "403");
  expectOneHost(viewer, served.url);
});

test("Bull Board asks no other host for anything either, on any of its pages", async () => {
  const served = await aBusyConsole();
  const visitor = await served.loggedIn();
  const { page } = visitor;
  await page.goto(`${served.url}/queues`);
  await page.getByText("conversions").first().waitFor();
  await page.goto(`${served.url}/queues/queue/conversions?status=waiting`);
  await page.getByText("Purchase").first().waitFor();
  await page.getByText("The whole story of this event").first().waitFor();
  expect(visitor.complaints).toEqual([]);
  expectOneHost(visitor, served.url);
});

async function expectWellMade({ page, complaints }: Visitor, what: string): Promise<void> {
  // Before axe comes, which tries styles out that the policy forbids.
  expect.soft(complaints, what).toEqual([]);
  expect.soft(await violationsOn(page), what).toEqual([]);
  complaints.length = 0;
  const widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]");
  const [wanted = 0, given] = widths as number[];
  expect.soft(wanted, `${what}: width`).toBeLessThanOrEqual(given ?? 0);
}

function expectOneHost({ hosts }: Visitor, url: string): void {
  expect([...hosts]).toEqual([new URL(url).host]);
}
