import { existsSync } from "node:fs";
import { type BrowserServer, chromium } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * A Chromium that is installed already: that of `CHROMIUM_PATH`, or one of the usual places.
 * @throws Error that says what to install when there is none.
 */
export async function openBrowser(chromiumPath: string | undefined): Promise<BrowserServer> {
  const executablePath = chromiumPath || USUAL_PLACES.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("The browser tests need Chromium: install it, or say by CHROMIUM_PATH where it is.");
  // Containers have no user namespaces for its sandbox, and it visits our own pages only.
  return chromium.launchServer({ executablePath, host: "127.0.0.1", args: ["--no-sandbox"] });
}
