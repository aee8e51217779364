import type { Stack } from "@capi-relay/local-stack";
import { openShop } from "@capi-relay/local-stack";
import { conflictingRequest, conversionRequest } from "./conversion-request.ts";
import { findConversations } from "./find-conversations.ts";
import { followEvents, hasEnded, type SeenStory } from "./follow-events.ts";
import type { PlannedRepeat } from "./planned-conversion.ts";
import { plantDuplicate } from "./plant-duplicate.ts";
import { type Posted, playConversions, type Report } from "./play-conversions.ts";
import { beginTroubles, endTroubles } from "./play-troubles.ts";
import { playWebhooks } from "./play-webhooks.ts";
import type { Progress } from "./progress.ts";
import { readMeta } from "./read-meta.ts";
import type { Scenario } from "./scenario.ts";
import { SHOPS } from "./shops.ts";
import type { Seen } from "./tally.ts";
import { WAITS } from "./waits.ts";
import { FIRST_ROUNDS, LATE_ROUNDS } from "./webhook-plan.ts";

/** Plays the scenario through the front door, and comes back with everything that was seen. */
export async function playStory(
  { conversions, repeats }: Scenario,
  stack: Stack,
  { plant, progress }: { readonly plant: boolean; readonly progress: Progress },
): Promise<Seen> {
  for (const shop of Object.values(SHOPS)) await openShop(shop, stack);
  progress.done(`${Object.keys(SHOPS).length} shops are open`);

  const early = await playWebhooks(FIRST_ROUNDS, stack, progress);
  progress.done(`${early} signed webhooks taken, some batched, repeated, shuffled`);
  const conversations = await findConversations(conversions, stack);
  progress.done(`${conversations.size} conversations looked up by phone`);

  const nowS = Math.floor(Date.now() / 1_000);
  const bodyOf = (planned: Report["planned"]) => conversionRequest(planned, conversations, nowS);
  const first = conversions.map((planned) => ({ planned, body: bodyOf(planned) }));
  const again = (when: PlannedRepeat["when"]) =>
    repeats
      .filter((repeat) => repeat.when === when)
      .map(({ of, answer }): Report => {
        const body = bodyOf(of);
        return { planned: of, body: answer === "conflict" ? conflictingRequest(body) : body };
      });

  await beginTroubles(stack);
  const posted = await playConversions(mingle(first, again("at_once")), stack, progress);
  const atOnce = posted.length - conversions.length;
  progress.done(`${conversions.length} conversions and ${atOnce} immediate repeats of them posted, 50 at a time`);

  await untilTroublesWereMet(posted, stack);
  await endTroubles(stack);
  progress.done("Meta was down for one shop and slow for another; now it is well again");

  const late = await playWebhooks(LATE_ROUNDS, stack, progress);
  progress.done(`${late} more webhooks: the clicks that come after the purchase`);
  const repeated = await playConversions(again("later"), stack, progress);
  progress.done(`${repeated.length} more of them repeated, some with another price`);

  const ids = [...new Set([...posted, ...repeated].flatMap(({ id }) => id ?? []))];
  const stories = await followEvents(ids, hasEnded, stack, {
    timeoutMs: WAITS.giveUpAfterMs,
    onSeen: (over) => progress.at("endings", over, ids.length),
  });
  progress.done(`${[...stories.values()].filter(hasEnded).length} of ${ids.length} events have ended`);

  if (plant) {
    await plantDuplicate(await readMeta(stack), stack);
    progress.done("planted: one event was sent to Meta a second time");
  }
  return { posted: [...posted, ...repeated], stories, meta: await readMeta(stack) };
}

/** Repeats right behind their first report, so that both are under way in the same moment. */
function mingle(first: readonly Report[], repeats: readonly Report[]): Report[] {
  return first.flatMap((report) => [report, ...repeats.filter(({ planned }) => planned === report.planned)]);
}

/**
 * The burst has to meet every event of its shop, the throttle its shop, and the early buyers have to wait for their
 * click.
 */
async function untilTroublesWereMet(posted: readonly Posted[], stack: Stack): Promise<void> {
  const idsOf = (scene: string) =>
    posted.flatMap(({ planned, id }) => (planned.scene === scene && id !== null ? [id] : []));
  const until = (scene: string, isMet: (story: SeenStory) => boolean) =>
    followEvents([...new Set(idsOf(scene))], isMet, stack, { timeoutMs: WAITS.giveUpAfterMs / 2 });
  await Promise.all([
    until("a burst of 500s", ({ attempts }) => attempts.length > 0),
    until("a throttle", ({ status }) => status === "retry_scheduled"),
    until("the click arrives later", ({ status }) => status === "waiting_click"),
  ]);
}
