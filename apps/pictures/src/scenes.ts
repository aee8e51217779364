import { ClickCaptureStore } from "@capi-relay/storage";
import { CASA_VERDE, ShopFloor } from "./shop-floor.ts";
import type { Stage } from "./stage.ts";

/** One way in which a console can look broken. */
export interface Scene {
  /** What its overview has to say; a picture is taken once it does. */
  readonly says: string;
  /** What it takes to mend it, if the console cannot show that. */
  readonly cure?: string;
  /** Brings it about, over a healthy history. */
  play(stage: Stage): Promise<void>;
}

const { id, name, wabaId, phoneNumberId, datasetId } = CASA_VERDE;
const DAY_MS = 86_400_000;
const NEW_TOKEN = "a-token-that-the-relay-does-not-have";

/** Five things that go wrong, each caused as it would be in earnest. */
export const SCENES: Readonly<Record<string, Scene>> = {
  "dead-token": {
    says: `${name} is paused`,
    cure: `PATCH /v1/accounts/${id} with {"accessToken":"${NEW_TOKEN}"}`,
    async play(stage) {
      const floor = await ShopFloor.open(stage);
      await floor.usualMorning();
      await floor.sandbox("PATCH", `/wabas/${wabaId}`, { token: NEW_TOKEN });
      await floor.sells(await floor.clicks(64));
      await floor.rest();
    },
  },
  "refused-name": {
    says: `Meta refuses every InitiateCheckout of ${name}`,
    async play(stage) {
      const floor = await ShopFloor.open(stage, { ...CASA_VERDE, datasetTakes: "two" });
      await floor.usualMorning();
      await floor.sells(await floor.clicks(48), "InitiateCheckout");
      await floor.rest();
      // What the order system goes on sending is turned away.
      await floor.sellsInVain("InitiateCheckout");
      await floor.sells(await floor.clicks(30), "InitiateCheckout");
      await floor.refusalsCounted(31);
    },
  },
  "lost-clicks": {
    says: `Ad clicks of ${name} are hardly captured`,
    async play(stage) {
      const floor = await ShopFloor.open(stage);
      await floor.usualMorning();
      await new ClickCaptureStore(stage.mongo).add(earlierDays());
      await floor.sells(await floor.clicks(170, { captured: false }));
      await floor.rest();
      await floor.lostClicksCounted(170, today());
    },
  },
  throttled: {
    says: `Meta throttles ${name}: its events wait`,
    async play(stage) {
      const floor = await ShopFloor.open(stage);
      await floor.usualMorning();
      await floor.sandbox("POST", "/faults", {
        kind: "throttle_80004",
        datasetId,
        times: "always",
        retryAfterS: 3_600,
      });
      for (const customers of [40, 90, 130]) {
        await floor.sells(await floor.clicks(customers));
        await floor.rest();
      }
    },
  },
  "rubbish-in": {
    says: `The order system of ${name} sends what cannot be taken in`,
    async play(stage) {
      const floor = await ShopFloor.open(stage);
      await floor.usualMorning();
      const phones = await floor.clicks(160);
      await floor.sells(phones, "Purchase", { value: undefined });
      await floor.sells(phones.slice(0, 40), "Purchase", { eventTime: Date.now() });
      await floor.sells(phones.slice(0, 12), "Lead");
      await floor.refusalsCounted(212);
    },
  },
};

/** Clicks have no other way into the past than to be written there: well until the day before yesterday. */
function earlierDays() {
  return Array.from({ length: 29 }, (_, index) => {
    const daysAgo = index + 1;
    const all = 130 + ((daysAgo * 53) % 60);
    const withClickId = Math.round(all * (daysAgo > 2 ? 0.95 : 0.06));
    const day = new Date(today().getTime() - daysAgo * DAY_MS);
    return { wabaId, phoneNumberId, day, withClickId, withoutClickId: all - withClickId };
  });
}

function today(): Date {
  return new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
}

/** The shop that every scene is about. */
export const ACCOUNT_ID = id;
