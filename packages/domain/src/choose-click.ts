import { earnsCredit, precedesEvent } from "./attribution-window.ts";
import type { ChosenClick } from "./chosen-click.ts";
import { KEY_MATCHES, type KeyMatch } from "./contact-matches.ts";
import type { AdClick, Conversation } from "./conversation.ts";
import type { ContactKeys, ConversionEvent } from "./conversion-event.ts";

export type ClickChoice =
  | { readonly kind: "chosen"; readonly click: ChosenClick }
  /** No click yet that can have led to the event: it waits for one. */
  | { readonly kind: "none" }
  /** The newest click that can have led to the event is more than 7 days older. */
  | { readonly kind: "window_expired"; readonly click: ChosenClick }
  /** More than one person fits. */
  | { readonly kind: "ambiguous" };

type MatchLevel = "conversation_id" | KeyMatch;

/** From the surest to the least sure. */
const MATCH_LEVELS: readonly (readonly [MatchLevel, (contact: ContactKeys, conversation: Conversation) => boolean])[] =
  [["conversation_id", (contact, { id }) => contact.conversationId === id], ...KEY_MATCHES];

/**
 * Which click an event is credited to.
 *
 * - `conversations` may hold strangers (they are told apart here), but only those of the event's own WABA.
 * - The first level that fits any conversation decides, even when that conversation holds no usable click: a surer
 *   match is never overruled by a weaker one, because a click of somebody else costs more than a click that is missing.
 * - Whoever was known by number alone is the one with a BSUID who has that number by now, as long as only one has it:
 *   their clicks count together.
 * - Of that contact's clicks the newest one that is not later than the event (2 minutes of grace) is the one. When even
 *   that is older than the window, so are all others: `window_expired`, or chosen if the account sends such events.
 * - A click id the request brought itself is taken at its word. Only its age is judged, and only when a conversation of
 *   the contact holds that very click: the time we know is that of the message, not of the click.
 */
export function chooseClick(
  event: Pick<ConversionEvent, "contact" | "eventTime">,
  conversations: readonly Conversation[],
  options: { readonly outsideClickWindow: "skip" | "send" },
): ClickChoice {
  const { contact, eventTime } = event;
  if (contact.ctwaClid !== null) {
    return judgeAge(clickOfRequest(contact.ctwaClid, contact, conversations), eventTime, options);
  }

  const people = peopleOf(contact, conversations);
  for (const [matchedBy, fits] of MATCH_LEVELS) {
    const [person, another] = people.filter((ones) => ones.some((conversation) => fits(contact, conversation)));
    if (person === undefined) continue;
    if (another !== undefined) return { kind: "ambiguous" };
    const click = newest(clicksOf(person).filter(({ clickedAt }) => precedesEvent(clickedAt, eventTime)));
    return click === undefined ? { kind: "none" } : judgeAge(chosen(click, matchedBy), eventTime, options);
  }
  return { kind: "none" };
}

function judgeAge(
  click: ChosenClick,
  eventTime: Date,
  { outsideClickWindow }: { readonly outsideClickWindow: "skip" | "send" },
): ClickChoice {
  const isTooOld =
    click.clickedAt !== null && precedesEvent(click.clickedAt, eventTime) && !earnsCredit(eventTime, click.clickedAt);
  return { kind: isTooOld && outsideClickWindow === "skip" ? "window_expired" : "chosen", click };
}

function clickOfRequest(ctwaClid: string, contact: ContactKeys, conversations: readonly Conversation[]): ChosenClick {
  const holders = conversations.filter(({ clicks }) => clicks.some((click) => click.ctwaClid === ctwaClid));
  const people = peopleOf(contact, holders);
  for (const [, fits] of MATCH_LEVELS) {
    const [person, another] = people.filter((ones) => ones.some((conversation) => fits(contact, conversation)));
    if (person === undefined || another !== undefined) continue;
    const click = newest(clicksOf(person).filter((known) => known.ctwaClid === ctwaClid));
    if (click !== undefined) return chosen(click, "request");
  }
  return { ctwaClid, conversationId: null, adId: null, clickedAt: null, matchedBy: "request" };
}

interface HeldClick extends AdClick {
  readonly conversationId: string;
}

function chosen(
  { ctwaClid, conversationId, adId, clickedAt }: HeldClick,
  matchedBy: ChosenClick["matchedBy"],
): ChosenClick {
  return { ctwaClid, conversationId, adId, clickedAt, matchedBy };
}

function clicksOf(person: readonly Conversation[]): HeldClick[] {
  return person.flatMap(({ id, clicks }) => clicks.map((click) => ({ ...click, conversationId: id })));
}

/** The conversations that fit the contact in any way, those of one person together. */
function peopleOf(contact: ContactKeys, conversations: readonly Conversation[]): Conversation[][] {
  const fitting = distinct(conversations.filter((one) => MATCH_LEVELS.some(([, fits]) => fits(contact, one))));
  const ownerOf = ({ id, bsuidKey, phoneKey }: Conversation): string => {
    if (bsuidKey !== null || phoneKey === null) return id;
    const [owner, another] = fitting.filter((one) => one.bsuidKey !== null && one.phoneKey === phoneKey);
    return owner === undefined || another !== undefined ? id : owner.id;
  };
  return [...Map.groupBy(fitting, ownerOf).values()];
}

function distinct(conversations: readonly Conversation[]): Conversation[] {
  return [...new Map(conversations.map((conversation) => [conversation.id, conversation])).values()];
}

/** The order of the list never matters: of two clicks in the same second the greater id wins. */
function newest(clicks: readonly HeldClick[]): HeldClick | undefined {
  return clicks.reduce<HeldClick | undefined>((best, click) => {
    if (best === undefined) return click;
    const laterBy = click.clickedAt.getTime() - best.clickedAt.getTime();
    return laterBy > 0 || (laterBy === 0 && click.ctwaClid > best.ctwaClid) ? click : best;
  }, undefined);
}
