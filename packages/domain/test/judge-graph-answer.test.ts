import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blamesAnEvent, type GraphAnswer, type GraphVerdict, judgeGraphAnswer } from "../src/index.ts";

function refused(
  httpStatus: number,
  code: number,
  subcode: number | null = null,
  changes: { isTransient?: boolean; waitMs?: number } = {},
): GraphAnswer {
  const { isTransient = false, waitMs = null } = changes;
  return {
    kind: "refused",
    httpStatus,
    error: { code, subcode, isTransient, traceId: null, title: null, message: null },
    waitMs,
  };
}

/** `retry`, `retry, capped`, `throttle`, `pause: <reason>`, `reject: <reason>`, ... */
function wordsFor(verdict: GraphVerdict): string {
  switch (verdict.kind) {
    case "retry":
      return `retry${verdict.capped ? ", capped" : ""}: ${verdict.reason}`;
    case "pause":
    case "reject":
      return `${verdict.kind}: ${verdict.reason}`;
    default:
      return verdict.kind;
  }
}

const RETRY = "retry: meta_unavailable";
const CAPPED = "retry, capped: meta_unknown_error";
const NO_PERMISSION = "pause: meta_permission_missing";
const BAD_TOKEN = "pause: meta_token_invalid";
const NO_DATASET = "pause: meta_dataset_not_accessible";

describe("general codes", () => {
  const rows: [httpStatuses: number[], codes: number[], subcodes: (number | null)[], words: string][] = [
    [[400, 500], [1], [null, 99], CAPPED],
    [[400, 500], [2], [null], RETRY],
    [[400, 403], [3], [null], NO_PERMISSION],
    [[403, 400], [4], [null, 1504022, 1504039], "throttle"],
    [[400, 403], [10], [null], NO_PERMISSION],
    [[400, 403], [17], [null, 2446079], "throttle"],
    [[400, 403], [32], [null], "throttle"],
    [[400], [100], [1, 99, 2804065, 2804999], "reject: meta_invalid_parameter"],
    [[400], [100], [33], NO_DATASET],
    [[400], [100], [null], NO_PERMISSION],
    [[400, 401], [102], [null, 458, 459, 460, 463, 464, 467, 492], BAD_TOKEN],
    [[400, 401], [104], [null], BAD_TOKEN],
    [[400, 401], [190], [null, 458, 459, 460, 463, 464, 467, 492], BAD_TOKEN],
    [[400, 403], [200, 210, 294, 299], [null, 1, 33], NO_PERMISSION],
    [[400], [341], [null], "throttle"],
    [[400, 403], [368], [null], "pause: meta_policy_block"],
    [[400], [613], [null, 1487742, 5044001], "throttle"],
    [[400], [803], [null], NO_DATASET],
    [[400], [2500], [null], "pause: meta_request_path_unknown"],
    [[500], [5000], [null], CAPPED],
    [[400, 429], [80000, 80003, 80004], [null, 2446079], "throttle"],
    [[400, 403], [80001, 80002, 80005, 80006, 80008, 80009, 80014], [null], "throttle"],
    [[429], [0, 1, 2, 100, 190, 12345], [null, 2804066], "throttle"],
    [[400, 500], [-1, -3], [null, 190], CAPPED],
    [[500, 502, 503], [12345], [null, 7], RETRY],
    [[400, 404, 422], [12345, 300, 199, 80015], [null, 7], "reject: meta_invalid_parameter"],
    [[200, 302], [12345], [null], CAPPED],
  ];
  const cases = rows.flatMap(([statuses, codes, subcodes, words]) =>
    statuses.flatMap((status) =>
      codes.flatMap((code) => subcodes.map((subcode) => [status, code, subcode, words] as const)),
    ),
  );

  test.each(cases)("HTTP %s, code %s, subcode %s: %s", (status, code, subcode, words) => {
    expect(wordsFor(judgeGraphAnswer(refused(status, code, subcode), 1))).toBe(words);
  });
});

describe("subcodes of code 100", () => {
  test.each([
    [2804001, "reject: meta_invalid_parameter"],
    [2804007, "reject: meta_invalid_parameter"],
    [2804017, "reject: meta_invalid_parameter"],
    [2804048, "reject: meta_invalid_parameter"],
    [2804003, "expire"],
    [2804004, "reject: meta_event_time_in_future"],
    [2804008, "reject: meta_contents_invalid"],
    [2804009, "reject: meta_value_missing"],
    [2804010, "reject: meta_currency_missing"],
    [2804011, "reject: meta_currency_unsupported"],
    [2804016, "reject: meta_custom_data_invalid"],
    [2804019, "reject: meta_parameter_missing"],
    [2804036, "reject: meta_invalid_parameter"],
    [2804043, "reject: meta_invalid_parameter"],
    [2804050, "reject: meta_user_data_insufficient"],
    [2804063, "reject: meta_channel_missing"],
    [2804064, "reject: meta_forbidden_user_data"],
    [2804066, "reject: meta_invalid_event_type"],
    [2804069, "reject: meta_identity_missing"],
    [2804071, "skip"],
    [2804072, "reject: meta_page_mismatch"],
    [2804075, "reject: meta_parameter_missing"],
    [2804079, "reject: meta_parameter_missing"],
    [2804081, "reject: meta_currency_missing"],
    [2804087, "reject: meta_click_unknown"],
    [2804116, "reject: meta_identity_missing"],
    [2804118, "pause: meta_dataset_not_linked"],
    [2804131, "pause: meta_dataset_not_linked"],
    [2804132, "pause: meta_dataset_not_linked"],
    [2804133, "pause: meta_dataset_not_linked"],
  ])("%s: %s", (subcode, words) => {
    expect(wordsFor(judgeGraphAnswer(refused(400, 100, subcode), 1))).toBe(words);
  });

  test("only 2804066 switches a name off", () => {
    expect(judgeGraphAnswer(refused(400, 100, 2804066), 1)).toMatchObject({ switchesNameOff: true });
    expect(judgeGraphAnswer(refused(400, 100, 2804087), 1)).toMatchObject({ switchesNameOff: false });
  });
});

describe("answers without an error envelope", () => {
  const counted = (eventsReceived: number): GraphAnswer => ({
    kind: "counted",
    httpStatus: 200,
    eventsReceived,
    traceId: null,
    slowDownMs: null,
  });

  test.each([
    ["as many as sent", counted(3), { kind: "delivered" }],
    ["none", counted(0), { kind: "counted_none" }],
    ["fewer than sent", counted(2), { kind: "counted_partly" }],
    ["more than sent", counted(4), { kind: "counted_partly" }],
    ["a 429 page", { kind: "throttled", httpStatus: 429, waitMs: 7000 }, { kind: "throttle", waitMs: 7000 }],
    [
      "no connection",
      { kind: "not_sent", cause: "ECONNREFUSED" },
      { kind: "retry", reason: "connection_failed", capped: false, waitMs: null },
    ],
    [
      "a timeout after the body left",
      { kind: "unclear", httpStatus: null, cause: "timeout" },
      { kind: "ambiguous", cause: "timeout" },
    ],
    [
      "HTML from a proxy",
      { kind: "unclear", httpStatus: 502, cause: "not_json" },
      { kind: "ambiguous", cause: "not_json" },
    ],
  ] satisfies [string, GraphAnswer, GraphVerdict][])("%s", (_what, answer, verdict) => {
    expect(judgeGraphAnswer(answer, 3)).toEqual(verdict);
  });
});

describe("precedence", () => {
  test("Meta's own time to wait is handed on", () => {
    expect(judgeGraphAnswer(refused(400, 80004, null, { waitMs: 9000 }), 1)).toEqual({
      kind: "throttle",
      waitMs: 9000,
    });
    expect(judgeGraphAnswer(refused(503, 2, null, { waitMs: 9000 }), 1)).toMatchObject({ kind: "retry", waitMs: 9000 });
  });

  test("transient with a throttling code or subcode is a throttle", () => {
    expect(judgeGraphAnswer(refused(400, 4, null, { isTransient: true }), 1).kind).toBe("throttle");
    expect(judgeGraphAnswer(refused(400, 9999, 2446079, { isTransient: true }), 1).kind).toBe("throttle");
  });

  test("transient is uncapped even for an unknown error", () => {
    expect(wordsFor(judgeGraphAnswer(refused(500, 1, null, { isTransient: true }), 1))).toBe(RETRY);
  });

  const interesting = [1, 2, 10, 33, 100, 190, 250, 613, 803, 5000, 80004, 2804003, 2804066, 2804071, 2804087, 2804131];
  const number = fc.oneof(fc.integer(), fc.constantFrom(...interesting));
  const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 400, 401, 403, 429, 500));

  test("what Meta calls transient is retried or throttled, whatever the numbers", () => {
    fc.assert(
      fc.property(status, number, fc.option(number), (httpStatus, code, subcode) => {
        const { kind } = judgeGraphAnswer(refused(httpStatus, code, subcode, { isTransient: true }), 1);
        expect(["retry", "throttle"]).toContain(kind);
      }),
      { numRuns: 2000 },
    );
  });

  test("every refusal has a verdict, and never says delivered or ambiguous", () => {
    fc.assert(
      fc.property(status, number, fc.option(number), fc.boolean(), (httpStatus, code, subcode, isTransient) => {
        const { kind } = judgeGraphAnswer(refused(httpStatus, code, subcode, { isTransient }), 1);
        expect(["retry", "throttle", "pause", "reject", "expire", "skip"]).toContain(kind);
      }),
      { numRuns: 2000 },
    );
  });

  test("texts never matter", () => {
    const text = fc.option(fc.string());
    fc.assert(
      fc.property(status, number, fc.option(number), text, text, (httpStatus, code, subcode, title, message) => {
        const answer = refused(httpStatus, code, subcode);
        if (answer.kind !== "refused") return;
        const worded: GraphAnswer = { ...answer, error: { ...answer.error, title, message } };
        expect(judgeGraphAnswer(worded, 1)).toEqual(judgeGraphAnswer(answer, 1));
      }),
    );
  });
});

test.each([
  ["a rejected name", refused(400, 100, 2804066), true],
  ["an event too old", refused(400, 100, 2804003), true],
  ["a missing click id", refused(400, 100, 2804071), true],
  ["an unknown parameter", refused(400, 100, 2804999), true],
  ["an unknown error", refused(500, 1), false],
  ["a bad token", refused(401, 190), false],
  ["a throttle", refused(400, 4), false],
  ["a timeout", { kind: "unclear", httpStatus: null, cause: "timeout" } as const, false],
])("bisecting makes sense after %s? %s", (_what, answer, makesSense) => {
  expect(blamesAnEvent(judgeGraphAnswer(answer, 2))).toBe(makesSense);
});
