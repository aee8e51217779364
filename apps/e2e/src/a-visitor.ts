import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject, onTestFinished } from "vitest";

/** Somebody with a browser of their own, and what it had to do. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What it could not load or was not allowed to do. */
  readonly complaints: string[];
  /** Every host it asked for anything. */
  readonly hosts: Set<string>;
}

/** For one test, far from the server in language and time. */
export async function aVisitor(options: BrowserContextOptions = {}): Promise<Visitor> {
  const browser = await chromium.connect(inject("browser"));
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ locale: "de-DE", timezoneId: "Asia/Jakarta", ...options });
  const complaints: string[] = [];
  const hosts = new Set<string>();
  context.on("request", (request) => {
    if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  context.on("response", (response) => {
    const isPage = response.request().resourceType() === "document";
    if (!isPage && response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  context.on("console", (message) => {
    // Of pages that are an error by themselves, and of what the line above tells already.
    const isAboutLoading = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAboutLoading) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  return { page: await context.newPage(), context, complaints, hosts };
}

export async function typeLogin(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}
