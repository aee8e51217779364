import { DOCUMENTED_EVENT_NAMES, REFUSED_EVENT_NAMES } from "@capi-relay/contract";

/** What an account says about event names. */
export interface EventNameRules {
  /** Names this account may send now; leave out those that are switched off for its dataset. */
  readonly allowedEventNames: readonly string[];
  readonly eventNameAliases: Readonly<Record<string, string>>;
}

export type EventNameJudgement =
  /** `aliasOf` is the name the caller sent when the account maps it to another. */
  | { readonly ok: true; readonly eventName: string; readonly aliasOf: string | null }
  | { readonly ok: false; readonly code: "event_name_refused" | "event_name_not_allowed"; readonly message: string };

/**
 * Which name goes to Meta for the name a caller sent. Messages name the accepted ones and never repeat a name we do not
 * know: callers have put customers' data into odder fields.
 */
export function judgeEventName(name: string, account: EventNameRules): EventNameJudgement {
  const target = nameForMeta(name, account);
  if (account.allowedEventNames.includes(target)) {
    return { ok: true, eventName: target, aliasOf: target === name ? null : name };
  }
  const accepted = acceptedNames(account.allowedEventNames);
  if (target !== name) {
    const message = `this account maps the name to ${target}, which it does not accept. ${accepted}`;
    return { ok: false, code: "event_name_not_allowed", message };
  }
  const replacement = own(REFUSED_EVENT_NAMES, name);
  if (replacement !== undefined) {
    const message = `Meta refuses ${name} for WhatsApp conversions: ${whatToSend(replacement)}. ${accepted}`;
    return { ok: false, code: "event_name_refused", message };
  }
  return { ok: false, code: "event_name_not_allowed", message: `${whyNotAllowed(name)}. ${accepted}` };
}

/** The name an account has for a name a caller sent, whether or not it may send it now. */
export function nameForMeta(name: string, { eventNameAliases }: Pick<EventNameRules, "eventNameAliases">): string {
  return own(eventNameAliases, name) ?? name;
}

function whatToSend(replacement: string | null): string {
  if (replacement === "LeadSubmitted") return "send LeadSubmitted instead";
  const instead = replacement === null ? "no other name means the same" : `send ${replacement} instead`;
  return `${instead} (a lead is LeadSubmitted)`;
}

function whyNotAllowed(name: string): string {
  if (DOCUMENTED_EVENT_NAMES.some((documented) => documented === name)) {
    return `Meta documents ${name}, but this account has not opted in to it or has it switched off`;
  }
  const meant = nearestName(name);
  const hint = meant === undefined ? "" : ` (names are exact; did you mean ${meant}?)`;
  return `Meta refuses this name for WhatsApp conversions, as it does every custom name${hint}`;
}

/** Right but for case, spaces or punctuation (`Qualified Lead`), or without its prefix (`Shipped`). */
function nearestName(name: string): string | undefined {
  const letters = lettersOf(name);
  const documented = DOCUMENTED_EVENT_NAMES.find((known) => [letters, `order${letters}`].includes(lettersOf(known)));
  if (documented !== undefined) return documented;
  const refused = Object.keys(REFUSED_EVENT_NAMES).find((known) => lettersOf(known) === letters);
  return refused === undefined ? undefined : (REFUSED_EVENT_NAMES[refused] ?? undefined);
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

function acceptedNames(allowed: readonly string[]): string {
  if (allowed.length === 0) return "At present this account accepts no event name at all.";
  return `Accepted for this account: ${allowed.join(", ")}.`;
}

/** Own properties only: `constructor` is a name a caller may send. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
