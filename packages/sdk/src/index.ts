export type { Account, AccountChanges, NewAccount, ProbeAnswer } from "./account.ts";
export type { ApiKey, ApiKeyScope, IssuedApiKey, NewApiKey } from "./api-key.ts";
export type { CallOptions } from "./call-options.ts";
export { CapiRelay, type CapiRelayOptions } from "./capi-relay.ts";
export type { AdClick, Contact, Conversation, NewClick } from "./conversation.ts";
export type { ConversionCheck } from "./conversion-check.ts";
export type { ContentLine, ConversionChanges, ConversionEvent, EventName } from "./conversion-event.ts";
export type { ConversionFilters, ConversionPage, ListedConversion } from "./conversion-list.ts";
export type { BatchError, BatchResult, ConversionReceipt, EndedReceipt } from "./conversion-receipt.ts";
export { hasEnded } from "./conversion-receipt.ts";
export type { Attempt, ChosenClick, ConversionStory } from "./conversion-story.ts";
export type { DatasetAnswer } from "./dataset.ts";
export {
  CapiRelayError,
  type CapiRelayErrorCode,
  type ErrorDetail,
  isCapiRelayError,
  isRelayUnreachable,
  RelayUnreachable,
} from "./errors.ts";
export { ENDINGS, type Ending, type EventStatus, isEnding } from "./event-status.ts";
export type { Followed, FollowOptions } from "./follow-event.ts";
