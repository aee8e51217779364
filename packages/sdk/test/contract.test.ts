import {
  type AccountChange,
  type AccountCreation,
  type AccountView,
  type AttemptView,
  type BatchItemResult,
  type ChosenClickView,
  ClickImport,
  type ClickView,
  type ConversionChanges as ContractChanges,
  type ContentLine as ContractContentLine,
  type ConversionReceipt as ContractReceipt,
  type EventStatus as ContractStatus,
  type ConversionStory as ContractStory,
  type ConversationView,
  ConversionRequest,
  type DOCUMENTED_EVENT_NAMES,
  TERMINAL_STATUSES,
} from "@capi-relay/contract";
import { expect, expectTypeOf, test } from "vitest";
import {
  type Account,
  type AccountChanges,
  type AdClick,
  type Attempt,
  type BatchResult,
  type ChosenClick,
  type ContentLine,
  type Conversation,
  type ConversionChanges,
  type ConversionEvent,
  type ConversionReceipt,
  type ConversionStory,
  ENDINGS,
  type EventName,
  type EventStatus,
  type NewAccount,
  type NewClick,
} from "../src/index.ts";

/** A type's fields, whether or not they may be undefined: the SDK is lenient there, the API is told nothing then. */
type Solid<T> = { [Field in keyof T]-?: Exclude<T[Field], undefined> };

test("what the API answers is what the SDK says it answers", () => {
  expectTypeOf<ContractStatus>().toEqualTypeOf<EventStatus>();
  expectTypeOf<keyof ContractStory>().toEqualTypeOf<keyof ConversionStory>();
  expectTypeOf<ContractStory>().toExtend<ConversionStory>();
  expectTypeOf<AttemptView>().toExtend<Attempt>();
  expectTypeOf<keyof AttemptView>().toEqualTypeOf<keyof Attempt>();
  expectTypeOf<ChosenClickView>().toExtend<ChosenClick>();
  expectTypeOf<ContractReceipt>().toExtend<ConversionReceipt>();
  expectTypeOf<keyof ContractReceipt>().toEqualTypeOf<keyof ConversionReceipt>();
  expectTypeOf<BatchItemResult>().toExtend<BatchResult>();
  expectTypeOf<ConversationView>().toExtend<Conversation>();
  expectTypeOf<keyof ConversationView>().toEqualTypeOf<keyof Conversation>();
  expectTypeOf<ClickView>().toExtend<AdClick>();
  expectTypeOf<keyof ClickView>().toEqualTypeOf<keyof AdClick>();
  expectTypeOf<AccountView>().toExtend<Account>();
  expectTypeOf<keyof AccountView>().toEqualTypeOf<keyof Account>();
  expect(ENDINGS).toEqual(TERMINAL_STATUSES);
});

test("what the SDK sends is what the API takes", () => {
  expectTypeOf<keyof ConversionEvent>().toEqualTypeOf<keyof ConversionRequest>();
  expectTypeOf<Omit<Solid<ConversionEvent>, "eventTime" | "contents" | "contentIds">>().toExtend<
    Omit<Solid<ConversionRequest>, "eventTime" | "contents" | "contentIds">
  >();
  expectTypeOf<Solid<ContentLine>>().branded.toEqualTypeOf<Readonly<Solid<ContractContentLine>>>();
  expectTypeOf<keyof ConversionChanges>().toEqualTypeOf<keyof ContractChanges>();
  expectTypeOf<keyof NewAccount>().toEqualTypeOf<keyof AccountCreation>();
  expectTypeOf<keyof AccountChanges>().toEqualTypeOf<keyof AccountChange>();
  expectTypeOf<keyof NewClick>().toEqualTypeOf<keyof (typeof ClickImport)["_input"]>();
  expectTypeOf<EventName>().toEqualTypeOf<(typeof DOCUMENTED_EVENT_NAMES)[number]>();
  expect(
    ClickImport.safeParse({ accountId: "a", ctwaClid: "b", bsuid: "BR.1", clickedAt: "2026-11-22T12:00:00.000Z" })
      .success,
  ).toBe(true);
  expect(Object.keys(ConversionRequest.shape)).toContain("eventTime");
});
