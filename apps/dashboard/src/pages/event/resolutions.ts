import type { Resolution } from "@capi-relay/contract";
import { type Html, html } from "../../html.ts";

/** What a person can say of an event in doubt, in words. */
interface ResolutionWords {
  readonly label: string;
  readonly means: string;
}

const RESOLUTIONS: readonly Resolution[] = ["delivered", "resend", "abandon"];

const OF_ONE: Readonly<Record<Resolution, ResolutionWords>> = {
  delivered: { label: "It arrived.", means: "Events Manager shows it. It ends as delivered, and nothing is sent." },
  resend: {
    label: "It did not arrive: send it again.",
    means: "If it had arrived after all, Meta counts it twice.",
  },
  abandon: {
    label: "Give it up.",
    means: "It ends as cancelled. If it did not arrive, the ad gets no credit for it.",
  },
};

export const OF_MANY: Readonly<Record<Resolution, ResolutionWords>> = {
  delivered: {
    label: "They arrived.",
    means: "Events Manager shows them. They end as delivered, and nothing is sent.",
  },
  resend: {
    label: "They did not arrive: send them again.",
    means: "If they had arrived after all, Meta counts them twice.",
  },
  abandon: {
    label: "Give them up.",
    means: "They end as cancelled. If they did not arrive, the ads get no credit for them.",
  },
};

/** The choice, for one event or for many. */
export function resolutionField(of: "one" | "many"): Html {
  const words = of === "one" ? OF_ONE : OF_MANY;
  return html`<fieldset><legend class="hidden">What became of ${of === "one" ? "it" : "them"}</legend>${RESOLUTIONS.map(
    (as) =>
      html`<label class="choice"><input type="radio" name="as" value=${as} required /><span><strong>${words[as].label}</strong> ${words[as].means}</span></label>`,
  )}</fieldset>`;
}
