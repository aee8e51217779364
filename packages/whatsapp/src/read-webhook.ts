import type { AutomaticEvent } from "./automatic-event.ts";
import { ContactBook } from "./contact-book.ts";
import type { InboundContactMessage, WebhookReading } from "./inbound-contact-message.ts";
import { readAutomaticEvent } from "./read-automatic-event.ts";
import { readMessage } from "./read-message.ts";
import { AutomaticEvents, Change, Entry, Envelope, MessagesValue } from "./webhook-parts.ts";

/**
 * Reads one delivery of Meta's WhatsApp webhook, which holds up to 1,000 updates of several kinds.
 *
 * Tolerant, because Meta drops what is answered with an error for too long: it never throws, an unreadable part is
 * counted and spoils nothing beside it, unknown fields and kinds are passed over. Message texts and profile names are
 * never read. Source: Meta, "Text messages webhook reference", "automatic_events webhook reference".
 *
 * @param body The parsed JSON of a delivery whose signature was checked.
 */
export function readWebhook(body: unknown): WebhookReading {
  const reading = new Reading();
  const envelope = Envelope.safeParse(body);
  if (!envelope.success) reading.unreadable += 1;
  for (const raw of envelope.data?.entry ?? []) {
    const entry = Entry.safeParse(raw);
    if (!entry.success) reading.unreadable += 1;
    for (const change of entry.data?.changes ?? []) readChange(change, entry.data?.id ?? "", reading);
  }
  const { inbound, automaticEvents, unreadable } = reading;
  return { inbound, automaticEvents, unreadable };
}

class Reading {
  readonly inbound: InboundContactMessage[] = [];
  readonly automaticEvents: AutomaticEvent[] = [];
  unreadable = 0;
}

function readChange(raw: unknown, wabaId: string, reading: Reading): void {
  const change = Change.safeParse(raw);
  if (!change.success) reading.unreadable += 1;
  else if (change.data.field === "messages") readMessages(change.data.value, wabaId, reading);
  else if (change.data.field === "automatic_events") readAutomaticEvents(change.data.value, wabaId, reading);
}

function readAutomaticEvents(raw: unknown, wabaId: string, reading: Reading): void {
  const value = AutomaticEvents.safeParse(raw);
  if (!value.success) reading.unreadable += 1;
  for (const rawEvent of value.data?.automatic_events ?? []) {
    const event = readAutomaticEvent(rawEvent, wabaId);
    if (event === null) reading.unreadable += 1;
    else reading.automaticEvents.push(event);
  }
}

function readMessages(raw: unknown, wabaId: string, reading: Reading): void {
  const value = MessagesValue.safeParse(raw);
  if (!value.success) {
    reading.unreadable += 1;
    return;
  }
  const { metadata, contacts, messages = [] } = value.data;
  const around = {
    wabaId,
    phoneNumberId: metadata?.phone_number_id ?? null,
    contacts: new ContactBook(contacts ?? []),
  };
  for (const rawMessage of messages) {
    const message = readMessage(rawMessage, around);
    if (message === null) reading.unreadable += 1;
    else if (message !== "notice") reading.inbound.push(message);
  }
}
