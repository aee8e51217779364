import { EXIT_CODE_INTERRUPTED, firstSignal } from "@capi-relay/local-stack";
import type { Browser } from "playwright-core";
import { logIn, openCamera, take, visit } from "./camera.ts";
import { countFigures } from "./count-figures.ts";
import { takePages } from "./pages.ts";
import { SCENES, type Scene } from "./scenes.ts";
import { type Stage, setStage } from "./stage.ts";

const PAGES = "pages";
const NAMES = [PAGES, ...Object.keys(SCENES)];
/** The API brings its counts of refusals and clicks to the database every few seconds. */
const PATIENCE_MS = 60_000;
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Stages scenes one after the other and takes their pictures; with --stay, one scene to walk about in until Ctrl-C. */
async function main(args: readonly string[]): Promise<number> {
  const stays = args.includes("--stay");
  const names = args.filter((arg) => arg !== "--stay" && arg !== "--");
  const isKnown = names.every((name) => NAMES.includes(name));
  if (!isKnown || (stays && (names.length !== 1 || names[0] === PAGES))) {
    say(`Name what to take of: ${NAMES.join(", ")}. \`pnpm scene\` takes the name of one scene.`);
    return 2;
  }
  const interrupted = firstSignal().then(() => "interrupted" as const);
  const browser = await openCamera(process.env["CHROMIUM_PATH"]);
  try {
    for (const name of names.length === 0 ? NAMES : names) {
      const end = await stageOne(name, browser, stays, interrupted);
      if (end === "interrupted") return stays ? 0 : EXIT_CODE_INTERRUPTED;
    }
    return 0;
  } finally {
    await browser.close();
  }
}

/** @param stays True: no picture is taken, and the scene stays until it is interrupted. */
async function stageOne(
  name: string,
  browser: Browser,
  stays: boolean,
  interrupted: Promise<"interrupted">,
): Promise<"interrupted" | undefined> {
  const scene = SCENES[name];
  say(`${name} …`);
  const stage = await setStage(scene === undefined ? "troubled" : "healthy", say);
  const work = async () => {
    if (scene === undefined) return takePages(stage, browser);
    await scene.play(stage);
    await countFigures(stage);
    if (!stays) return takeScene(name, scene, stage, browser);
    say(`${stage.dashboardUrl}  login ${stage.login.user}  password ${stage.login.password}`);
    say(`${stage.apiUrl}  key ${stage.secrets.ADMIN_API_KEY}`);
    if (scene.cure !== undefined) say(`the cure: ${scene.cure}`);
    say("Ctrl-C ends everything.");
    await interrupted;
  };
  try {
    const end = await Promise.race([work(), interrupted]);
    return end === "interrupted" ? end : undefined;
  } finally {
    await stage.strike();
  }
}

async function takeScene(name: string, scene: Scene, stage: Stage, browser: Browser): Promise<void> {
  for (const look of ["light", "phone"] as const) {
    const page = await visit(browser, stage, look);
    await logIn(page, stage);
    await page.getByRole("heading", { name: scene.says }).waitFor({ timeout: PATIENCE_MS });
    await take(page, name, look);
    await page.context().close();
  }
}

process.exitCode = await main(process.argv.slice(2));
