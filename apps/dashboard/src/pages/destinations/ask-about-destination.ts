import { EVENT_REASONS } from "@capi-relay/contract";
import type { Account } from "@capi-relay/storage";
import { destinationPath } from "../../destination-path.ts";
import { confirmPage } from "../../frame/confirm-page.ts";
import type { Html } from "../../html.ts";

const pathOf = ({ id }: Account): string => `/destinations/${encodeURIComponent(id)}`;

export function askPause(account: Account): Html {
  return confirmPage({
    title: `Pause ${account.name}?`,
    consequences: [
      "Nothing of this account goes to Meta until somebody resumes it. New conversions are still taken in and held; none is lost by waiting.",
    ],
    warnings: ["Meta takes no event that is older than 7 days: what is held longer expires."],
    action: `${pathOf(account)}/pause`,
    button: "Pause the account",
    back: destinationPath(account.id),
  });
}

/** @param refused What the last probe showed, if Meta refused it. */
export function askResume(account: Account, refused: string | null): Html {
  return confirmPage({
    title: `Resume ${account.name}?`,
    consequences: ["Its events go to Meta again; those that were held go out by themselves, the most urgent first."],
    warnings: (refused === null ? whyPaused(account) : [`The last probe failed: ${refused}`]).map(
      (why) => `${why} If nothing was mended since, the account is paused again at the first event.`,
    ),
    action: `${pathOf(account)}/resume`,
    button: "Resume the account",
    back: destinationPath(account.id),
  });
}

export function askNotToWait(account: Account): Html {
  return confirmPage({
    title: `Send events of ${account.name} now?`,
    consequences: ["Its events go to Meta without waiting until the moment that Meta named."],
    warnings: [
      "Whoever sends too soon is throttled again, and for longer. Do it if you know that the limit is lifted.",
    ],
    action: `${pathOf(account)}/resume`,
    button: "Send now",
    back: destinationPath(account.id),
  });
}

function whyPaused({ pausedReason }: Account): string[] {
  if (pausedReason === null || pausedReason === "paused_by_operator") return [];
  return [`It was paused for a reason: ${EVENT_REASONS[pausedReason].happened}`];
}

export function askSwitchOn(account: Account, eventName: string): Html {
  return confirmPage({
    title: `Switch ${eventName} on again for ${account.name}?`,
    consequences: [
      `Events named ${eventName} are taken in and sent again. If Meta still refuses the name, that event is rejected and the name is switched off again.`,
      "Events that were rejected for it stay rejected; they can be sent again in bulk once Meta takes the name.",
    ],
    action: `${pathOf(account)}/names/${encodeURIComponent(eventName)}`,
    button: "Switch it on",
    back: destinationPath(account.id),
  });
}
