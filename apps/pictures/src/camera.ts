import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { shrinkPng } from "./shrink-png.ts";
import type { Stage } from "./stage.ts";

const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FOLDER = join(import.meta.dirname, "..", "..", "..", "docs", "pictures", "console");

/** How a picture looks: on which screen, by day or by night. */
export const LOOKS = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", isMobile: true, hasTouch: true },
} as const satisfies Record<string, BrowserContextOptions>;
export type Look = keyof typeof LOOKS;

/** Longer pages end here in the picture, in pixels. */
const TALLEST = { light: 1_240, dark: 1_240, phone: 1_500 } as const;

/** @throws Error that says what to install when there is no Chromium. */
export async function openCamera(chromiumPath: string | undefined): Promise<Browser> {
  const executablePath = chromiumPath || USUAL_PLACES.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("Pictures need Chromium: install it, or say by CHROMIUM_PATH where it is.");
  // Containers have no user namespaces for its sandbox, and it visits our own pages only.
  // A signal is for `main`, which ends more than a browser.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, args: ["--no-sandbox"], ...signals });
}

/** A browser of this look before the login. */
export async function visit(browser: Browser, { dashboardUrl }: Stage, look: Look): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...LOOKS[look] });
  const page = await context.newPage();
  await page.goto(`${dashboardUrl}/login`);
  return page;
}

export async function logIn(page: Page, { login }: Stage): Promise<void> {
  await page.getByLabel("Name").fill(login.user);
  await page.getByLabel("Password").fill(login.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}

/** Takes the page as it is, from its top, into `docs/pictures/console/<name>-<look>.png`. */
export async function take(page: Page, name: string, look: Look, tallest: number = TALLEST[look]): Promise<void> {
  const { width } = LOOKS[look].viewport;
  const whole = Number(await page.evaluate("document.documentElement.scrollHeight"));
  const clip = { x: 0, y: 0, width, height: Math.min(whole, tallest) };
  const png = await page.screenshot({ fullPage: true, clip, animations: "disabled" });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}-${look}.png`), shrinkPng(png));
}
