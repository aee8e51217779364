import type { AdClick } from "@capi-relay/domain";
import type { AutomaticEvent } from "./automatic-event.ts";

/** What a message says about the ad that was clicked; when, is told by the message's own time only. */
export type ReferredClick = Omit<AdClick, "clickedAt">;

/** One message from a contact, without anything the contact wrote and without the contact's name. */
export interface InboundContactMessage {
  /** Whose webhook it is. */
  readonly wabaId: string;
  /** Which of the business's numbers was written to. */
  readonly phoneNumberId: string | null;
  /**
   * Meta repeats deliveries: the same id is the same message. Personal data, since WhatsApp writes the phone number
   * into it (in base64): hash it before it is stored, never log it.
   */
  readonly messageId: string | null;
  readonly sentAt: Date;
  /** Digits as WhatsApp writes them; null for people who hide their number. Never null together with `bsuid`. */
  readonly waId: string | null;
  readonly bsuid: string | null;
  readonly click: ReferredClick | null;
  /** The message came from an ad, yet without a usable click id: Meta omits it for ads shown in WhatsApp Status. */
  readonly referralWithoutClick: boolean;
}

/** Everything of use in one delivery of Meta's webhook. */
export interface WebhookReading {
  /** In the order of the delivery, which is not the order of time; repetitions are left in. */
  readonly inbound: InboundContactMessage[];
  /** Meta's own guesses: leads and purchases. */
  readonly automaticEvents: AutomaticEvent[];
  /** How many messages, or parts that could have held some, made no sense. */
  readonly unreadable: number;
}
