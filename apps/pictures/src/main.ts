import { EXIT_CODE_INTERRUPTED, firstSignal } from "@capi-relay/local-stack";
import type { Browser } from "playwright-core";
import { logIn, openCamera, take, visit } from "./camera.ts";
import { type Flags, readFlags, USAGE } from "./config.ts";
import { countFigures } from "./count-figures.ts";
import { takePages } from "./pages.ts";
import { SCENES, type Scene } from "./scenes.ts";
import { type Stage, setStage } from "./stage.ts";

/** The API brings its counts of refusals and clicks to the database every few seconds. */
const PATIENCE_MS = 60_000;
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Stages scenes one after the other and takes their pictures, or one to walk about in until Ctrl-C. */
async function pictures({ names, stays }: Flags): Promise<number> {
  const interrupted = firstSignal().then(() => "interrupted" as const);
  const browser = await openCamera(process.env["CHROMIUM_PATH"]);
  try {
    for (const name of names) {
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

const flags = readFlags(process.argv.slice(2));
if (flags === "help") {
  process.stdout.write(USAGE);
} else if ("mistake" in flags) {
  say(`${flags.mistake}\n\n${USAGE.trimEnd()}`);
  process.exitCode = 2;
} else {
  process.exitCode = await pictures(flags);
}
