import {
  type AccountChange,
  type AccountCreation,
  type AccountView,
  type ApiKeyCreation,
  type ApiKeyView,
  type AttemptView,
  type BatchItemResult,
  type ChosenClickView,
  ClickImport,
  type ClickView,
  type ConversionChanges as ContractChanges,
  type ConversionCheck as ContractCheck,
  type ContentLine as ContractContentLine,
  type ListedConversion as ContractListed,
  type ConversionReceipt as ContractReceipt,
  type EventStatus as ContractStatus,
  type ConversionStory as ContractStory,
  type ConversationView,
  type ConversionEnding,
  type ConversionListQuery,
  ConversionRequest,
  type DatasetCreation,
  type DatasetView,
  type DOCUMENTED_EVENT_NAMES,
  type ProbeReport,
  TERMINAL_STATUSES,
} from "@capi-relay/contract";
import { expect, expectTypeOf, test } from "vitest";
import {
  type Account,
  type AccountChanges,
  type AdClick,
  type ApiKey,
  type Attempt,
  type BatchResult,
  type CapiRelay,
  type ChosenClick,
  type ContentLine,
  type Conversation,
  type ConversionChanges,
  type ConversionCheck,
  type ConversionEvent,
  type ConversionFilters,
  type ConversionReceipt,
  type ConversionStory,
  type DatasetAnswer,
  ENDINGS,
  type EndedReceipt,
  type EventName,
  type EventStatus,
  type ListedConversion,
  type NewAccount,
  type NewApiKey,
  type NewClick,
  type ProbeAnswer,
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
  expectTypeOf<ConversionEnding>().toExtend<Omit<EndedReceipt, "status">>();
  expectTypeOf<keyof ConversionEnding>().toEqualTypeOf<keyof EndedReceipt>();
  expectTypeOf<ContractCheck>().toExtend<ConversionCheck>();
  expectTypeOf<keyof ContractCheck>().toEqualTypeOf<keyof ConversionCheck>();
  expectTypeOf<ContractListed>().toExtend<ListedConversion>();
  expectTypeOf<keyof ContractListed>().toEqualTypeOf<keyof ListedConversion>();
  expectTypeOf<ApiKeyView>().toExtend<ApiKey>();
  expectTypeOf<keyof ApiKeyView>().toEqualTypeOf<keyof ApiKey>();
  expectTypeOf<keyof (typeof ProbeReport)["_output"]>().toEqualTypeOf<keyof ProbeAnswer>();
  expectTypeOf<(typeof DatasetView)["_output"]>().toEqualTypeOf<{
    -readonly [F in keyof DatasetAnswer]: DatasetAnswer[F];
  }>();
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
  expectTypeOf<keyof NewApiKey>().toEqualTypeOf<keyof ApiKeyCreation>();
  expectTypeOf<keyof ConversionFilters>().toEqualTypeOf<Exclude<keyof ConversionListQuery, "cursor">>();
  expectTypeOf<keyof NewClick>().toEqualTypeOf<keyof (typeof ClickImport)["_input"]>();
  expectTypeOf<Parameters<CapiRelay["dataset"]["create"]>[0]>().toExtend<
    Readonly<(typeof DatasetCreation)["_input"]>
  >();
  expectTypeOf<EventName>().toEqualTypeOf<(typeof DOCUMENTED_EVENT_NAMES)[number]>();
  expect(
    ClickImport.safeParse({ accountId: "a", ctwaClid: "b", bsuid: "BR.1", clickedAt: "2026-11-22T12:00:00.000Z" })
      .success,
  ).toBe(true);
  expect(Object.keys(ConversionRequest.shape)).toContain("eventTime");
});
