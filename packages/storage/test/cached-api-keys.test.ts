import { expect, test, vi } from "vitest";
import { type ApiKey, CachedApiKeys } from "../src/index.ts";
import { anApiKey } from "./an-api-key.ts";

const REVOCATION_WORKS_WITHIN_MS = 5_000;
const aKey = (hash: string): ApiKey => ({
  ...anApiKey({ hash }),
  id: `key_${hash}`,
  lastUsedAt: null,
  revokedAt: null,
});

/** A store that knows the hashes that begin with "k", and counts the questions. */
function aCache() {
  const findByHash = vi.fn(async (hash: string) => (hash.startsWith("k") ? aKey(hash) : null));
  return { findByHash, cache: new CachedApiKeys({ findByHash }) };
}

test("a key and a hash of nobody are asked for once, until the answer is too old to trust", async () => {
  const { cache, findByHash } = aCache();
  for (const hash of ["k1", "x1"]) {
    const answers = await Promise.all([cache.find(hash, 0), cache.find(hash, 0), cache.find(hash, 3_999)]);
    expect(answers.map((key) => key?.hash ?? null)).toEqual(Array(3).fill(hash === "k1" ? "k1" : null));
    expect(await cache.find(hash, 3_999)).toEqual(answers[0]);
  }
  expect(findByHash).toHaveBeenCalledTimes(2);
  await Promise.all([cache.find("k1", REVOCATION_WORKS_WITHIN_MS), cache.find("x1", REVOCATION_WORKS_WITHIN_MS)]);
  expect(findByHash).toHaveBeenCalledTimes(4);
});

test("a key that was changed here is asked for again at once", async () => {
  const { cache, findByHash } = aCache();
  await cache.find("k1", 0);
  cache.forget("k1");
  expect(cache.fresh("k1", 0)).toBeNull();
  await cache.find("k1", 0);
  expect(findByHash).toHaveBeenCalledTimes(2);
});

test("without the database a known key passes while it is fresh, fails after that, and passes again once it can be asked for", async () => {
  const { cache, findByHash } = aCache();
  await cache.find("k1", 0);
  findByHash.mockRejectedValueOnce(new Error("away")).mockRejectedValueOnce(new Error("away"));
  expect((await cache.find("k1", 3_999))?.hash).toBe("k1");
  await expect(cache.find("k1", REVOCATION_WORKS_WITHIN_MS)).rejects.toThrow("away");
  await expect(cache.find("k1", REVOCATION_WORKS_WITHIN_MS)).rejects.toThrow("away");
  expect((await cache.find("k1", REVOCATION_WORKS_WITHIN_MS))?.hash).toBe("k1");
});

test("a flood of guesses neither pushes known keys out nor fills the memory", async () => {
  const { cache, findByHash } = aCache();
  await cache.find("k1", 0);
  for (let guess = 0; guess < 30_000; guess++) await cache.find(`x${guess}`, 0);
  findByHash.mockClear();
  await cache.find("k1", 0);
  expect(findByHash).not.toHaveBeenCalled();
  const remembered = Array.from({ length: 30_000 }, (_, guess) => cache.fresh(`x${guess}`, 0)).filter(Boolean);
  expect(remembered).toHaveLength(10_000);
});

test("a key that was met before is asked for again also where guesses are not, even after the database was away", async () => {
  const { cache, findByHash } = aCache();
  expect(await cache.findMet("k1", 0)).toBeNull();
  await Promise.all([cache.find("k1", 0), cache.find("x1", 0)]);
  findByHash.mockRejectedValueOnce(new Error("away"));
  await expect(cache.findMet("k1", REVOCATION_WORKS_WITHIN_MS)).rejects.toThrow("away");
  findByHash.mockClear();
  expect((await cache.findMet("k1", REVOCATION_WORKS_WITHIN_MS))?.hash).toBe("k1");
  for (const hash of ["x1", "k2"]) expect(await cache.findMet(hash, REVOCATION_WORKS_WITHIN_MS)).toBeNull();
  expect(findByHash.mock.calls).toEqual([["k1"]]);
});
