import { createHash } from "node:crypto";
import type { ShopKey } from "./shops.ts";

/** One click on an ad, as the first message after it tells. */
export interface AdClick {
  /** Null for ads in WhatsApp Status: their messages carry no click id. */
  readonly ctwaClid: string | null;
  readonly adId: string;
  readonly hoursAgo: number;
}

/** A made-up customer. WhatsApp and the shop may spell the phone number differently; some people have none. */
export interface Person {
  readonly shop: ShopKey;
  readonly phoneAtWhatsApp?: string;
  readonly phoneAtShop?: string;
  readonly bsuid?: string;
  readonly clicks: readonly AdClick[];
}

const DAY = 24;

/** `count` people, made by number; the numbers never meet between groups. */
function people(count: number, from: number, make: (number: number) => Person): readonly Person[] {
  return Array.from({ length: count }, (_, at) => make(from + at));
}

const phone = (number: number) => `3519${String(10_000_000 + number)}`;
const bsuid = (number: number) => `PT.${String(1_502_576_394_000_000 + number)}`;

function click(number: number, hoursAgo: number, which = "first"): AdClick {
  const digest = createHash("sha512").update(`${number}:${which}`).digest("base64url");
  return { ctwaClid: `ARA${digest}`, adId: `12022630585481${String(number).padStart(4, "0")}`, hoursAgo };
}

/** From one day to five days ago. */
const recently = (number: number) => DAY + ((number * 7) % (4 * DAY));

function withPhone(shop: ShopKey) {
  return (number: number): Person => ({
    shop,
    phoneAtWhatsApp: phone(number),
    phoneAtShop: phone(number),
    clicks: [click(number, recently(number))],
  });
}

/** WhatsApp knows the number without the ninth digit that the shop's customer wrote. */
function brazilian(number: number): Person {
  const rest = String(8_000_000 + number).padStart(8, "8");
  return {
    shop: "main",
    phoneAtWhatsApp: `5521${rest}`,
    phoneAtShop: `55219${rest}`,
    clicks: [click(number, recently(number))],
  };
}

/** Everybody in the demo, by what is special about them. */
export const PEOPLE = {
  byPhone: people(110, 0, withPhone("main")),
  /** They use a username: WhatsApp tells no number. */
  byBsuid: people(40, 1_000, (number) => ({
    shop: "main",
    bsuid: bsuid(number),
    clicks: [click(number, recently(number))],
  })),
  byBoth: people(20, 2_000, (number) => ({ ...withPhone("main")(number), bsuid: bsuid(number) })),
  brazilian: people(15, 3_000, brazilian),
  /** The click of nine days ago would earn nothing; that of yesterday counts. */
  returning: people(10, 4_000, (number) => ({
    ...withPhone("main")(number),
    clicks: [click(number, 9 * DAY, "old"), click(number + 500, DAY, "new")],
  })),
  tooLate: people(20, 5_000, (number) => ({ ...withPhone("main")(number), clicks: [click(number, 8 * DAY)] })),
  /** They buy first; their click comes in afterwards. */
  arriving: people(30, 6_000, (number) => ({
    shop: "main",
    ...(number % 2 === 0 ? { phoneAtWhatsApp: phone(number), phoneAtShop: phone(number) } : { bsuid: bsuid(number) }),
    clicks: [click(number, 0)],
  })),
  inStorm: people(20, 7_000, withPhone("stormy")),
  throttled: people(15, 8_000, withPhone("busy")),
  ofPickyShop: people(15, 9_000, withPhone("picky")),
  /** They came through an ad in WhatsApp Status, which has no click id. */
  fromStatus: people(12, 9_100, (number) => ({
    ...withPhone("impatient")(number),
    clicks: [{ ctwaClid: null, adId: "120226305854820000", hoursAgo: 5 }],
  })),
  /** WhatsApp never heard of them. */
  strangers: people(28, 9_200, (number) => ({ ...withPhone("impatient")(number), clicks: [] })),
} as const satisfies Record<string, readonly Person[]>;
