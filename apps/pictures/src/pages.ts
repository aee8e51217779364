import type { Browser } from "playwright-core";
import { LOOKS, type Look, logIn, take, visit } from "./camera.ts";
import { countFigures } from "./count-figures.ts";
import { ACCOUNT_ID } from "./scenes.ts";
import { ShopFloor } from "./shop-floor.ts";
import type { Stage } from "./stage.ts";

/**
 * A day at the counter: much is delivered, Meta breaks off one answer, and refuses three for their currency, so that
 * pages have something to mend.
 */
async function playADay(stage: Stage): Promise<string> {
  const floor = await ShopFloor.open(stage);
  await floor.usualMorning();
  await floor.sellsIntoTheDark(60);
  const [rejected] = await floor.sells(await floor.clicks(3), "Purchase", { currency: "MRU" });
  await floor.rest();
  if (rejected === undefined) throw new Error("The API took in nothing of what was sold.");
  return rejected;
}

/** Every page of the console, each in every look. */
export async function takePages(stage: Stage, browser: Browser): Promise<void> {
  const rejected = await playADay(stage);
  await countFigures(stage);
  const pages = [
    ["overview", "/?period=7d"],
    ["events", "/events"],
    ["event", `/events/${rejected}`],
    ["event-retry", `/events/${rejected}/retry`],
    ["bulk-retry", `/bulk-retry/plan?account=${ACCOUNT_ID}&status=rejected`],
    ["bulk-decision", `/bulk-decision/plan?account=${ACCOUNT_ID}`],
    ["destinations", "/destinations"],
    ["resume", "/destinations/sample-shop-6/resume"],
    ["audit", "/audit"],
    ["queues", "/queues"],
  ] as const;
  for (const look of Object.keys(LOOKS) as Look[]) {
    const page = await visit(browser, stage, look);
    await take(page, "login", look);
    await logIn(page, stage);
    for (const [name, path] of pages) {
      await page.goto(`${stage.dashboardUrl}${path}`, { waitUntil: "networkidle" });
      // The first page is shown as a whole once: the others tell as much from their top.
      await take(page, name, look, name === "overview" && look === "light" ? Number.POSITIVE_INFINITY : undefined);
    }
    await page.context().close();
  }
}
