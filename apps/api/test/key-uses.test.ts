import { StorageUnavailable } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeyUses } from "../src/access/key-uses.ts";

const noteUses = vi.fn(async (_uses: ReadonlyMap<string, Date>) => {});
const onFailure = vi.fn();
let uses: KeyUses;

beforeEach(() => {
  vi.useFakeTimers();
  noteUses.mockReset().mockResolvedValue();
  onFailure.mockReset();
  uses = new KeyUses({ noteUses }, onFailure);
});

afterEach(async () => {
  await uses.close();
  vi.useRealTimers();
});

const written = () =>
  noteUses.mock.calls.map(([map]) => Object.fromEntries(map)).filter((map) => Object.keys(map).length > 0);

test("however often keys are used, their last use is written once a minute", async () => {
  for (let second = 0; second < 59; second++) uses.note("key_1", new Date(second * 1_000));
  uses.note("key_2", new Date(7_000));
  expect(noteUses).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written()).toEqual([{ key_1: new Date(58_000), key_2: new Date(7_000) }]);
});

test("what could not be written follows later, without undoing a newer use", async () => {
  noteUses.mockImplementationOnce(async () => {
    uses.note("key_1", new Date(2_000));
    throw new StorageUnavailable(new Error("away"));
  });
  uses.note("key_1", new Date(1_000));
  uses.note("key_2", new Date(1_000));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(onFailure).toHaveBeenCalledTimes(1);
  expect(written().at(-1)).toEqual({ key_1: new Date(2_000), key_2: new Date(1_000) });
});

test("the last ones are written when the process ends", async () => {
  uses.note("key_1", new Date(1_000));
  await uses.close();
  expect(written()).toEqual([{ key_1: new Date(1_000) }]);
});
