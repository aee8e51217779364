import type { Logger } from "@capi-relay/runtime";
import type { Account } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import type { AutomaticEvent } from "@capi-relay/whatsapp";
import { acceptConversion, type IntakePorts } from "./accept-conversion.ts";
import { ApiProblem } from "./api-problem.ts";
import { automaticConversion } from "./automatic-conversion.ts";
import type { AutomaticFate } from "./intake-tally.ts";

export interface AutomaticEventPorts extends IntakePorts {
  readonly accounts: IntakePorts["accounts"] & { findByWaba(wabaId: string): Promise<Account | null> };
  readonly lookupKeys: LookupKeys;
  readonly log: Pick<Logger, "info">;
}

/**
 * What becomes of a lead or purchase that Meta detected: forwarded through the same door as every conversion, if its
 * account wants that. A refusal concerns this one alone and is counted; only a database that is away rejects, so that
 * Meta repeats.
 */
export async function takeAutomaticEvent(
  event: AutomaticEvent,
  account: Account | null,
  ports: AutomaticEventPorts,
): Promise<AutomaticFate> {
  const fate = await fateOf(event, account, ports);
  ports.intake.automatic(fate, account?.id ?? null, event.eventName);
  return fate;
}

async function fateOf(
  event: AutomaticEvent,
  account: Account | null,
  ports: AutomaticEventPorts,
): Promise<AutomaticFate> {
  if (account === null) return "unknown_waba";
  if (account.automaticEvents === "ignore") return "ignored";
  try {
    const request = automaticConversion(event, account.id, ports.lookupKeys);
    const { id, duplicate } = await acceptConversion(request, ports, "automatic_events");
    if (duplicate) return "duplicate";
    const { eventName, value, currency } = request;
    // Both amounts, because Meta's pages disagree on the unit: whoever compares them with a receipt sees which is
    // right.
    const amount = value === undefined ? {} : { amountGiven: event.thousandths, value, currency };
    ports.log.info({ event: id, account: account.id, eventName, ...amount }, "automatic_event.forwarded");
    return "forwarded";
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    ports.intake.refused(error.code, { accountId: account.id, eventName: event.eventName });
    return "refused";
  }
}
