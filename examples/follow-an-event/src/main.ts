import { CapiRelay, type ConversionStory, isCapiRelayError, isRelayUnreachable } from "@capi-relay/sdk";
import { readWish, USAGE, type Wish } from "./config.ts";
import { tellChange, tellHead } from "./tell-story.ts";

/** Sends the event if that is the wish, follows it, and answers the exit code. */
async function follow({ what, timeoutMs, baseUrl, apiKey }: Wish): Promise<number> {
  const relay = new CapiRelay({ baseUrl, apiKey, userAgent: "follow-an-event/0.1" });
  const id = "follow" in what ? what.follow : await send(relay, what.send);
  let before: ConversionStory | null = null;
  const { settled, story } = await relay.conversions.waitUntilSettled(id, {
    timeoutMs,
    onChange: (now) => {
      if (before === null) console.log(tellHead(now));
      const news = tellChange(now, before, new Date());
      if (news !== "") console.log(news);
      before = now;
    },
  });
  if (settled) return story.status === "delivered" ? 0 : 1;
  console.log(`\nNot ended within ${timeoutMs / 1_000} s. Follow it on:\n  pnpm start --id ${id}`);
  return 3;
}

async function send(relay: CapiRelay, event: Parameters<CapiRelay["conversions"]["send"]>[0]): Promise<string> {
  const { id, duplicate, warnings = [] } = await relay.conversions.send(event);
  if (duplicate) console.log("This event was sent before; nothing is sent twice.\n");
  for (const warning of warnings) console.log(`Note: ${warning}\n`);
  return id;
}

const wish = readWish(process.argv.slice(2), process.env);
if (wish === "help") {
  console.log(USAGE);
} else if ("mistake" in wish) {
  console.error(`${wish.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await follow(wish);
  } catch (error) {
    const isToldPlainly = isCapiRelayError(error) || isRelayUnreachable(error) || error instanceof TypeError;
    if (!isToldPlainly) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
