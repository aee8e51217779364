import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_KEY, openApi } from "./an-api.ts";
import { exampleBodies, type Operation, operationsOf, readDocument } from "./described-api.ts";

/** In all; with several at a time this takes well under a minute. */
const CASES = 10_000;
const AT_A_TIME = 20;
/**
 * Nothing may take longer on the busiest machine; a handler that hangs is stopped, and answers 503, after 10 seconds.
 */
const PATIENCE_MS = 9_000;

let api: Awaited<ReturnType<typeof openApi>>;
let operations: readonly Operation[];

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  await api.account({ id: "shop-1" });
  operations = operationsOf(await readDocument(api.app)).filter(({ tags }) => !tags.includes("Documentation"));
});

afterAll(() => api.close());

/** What people, and attackers, put where something else belongs. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(
    0,
    -1,
    1e308,
    2 ** 53,
    "",
    " ",
    "\u0000",
    "\ud800",
    "😀",
    "a".repeat(70_000),
    "$where",
    "../..",
    "__proto__",
  ),
  fc.constantFrom({ $gt: "" }, { $ne: null }, [[]], [null], { toString: 1 }, { length: -1 }, { constructor: 1 }),
);

/** A body that was right until something in it was replaced, taken out or added. */
function nearly(body: object): fc.Arbitrary<unknown> {
  const places = placesIn(body);
  const change = fc.record({
    place: fc.constantFrom(...places),
    how: fc.constantFrom("replace", "remove", "add"),
    value: anything,
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => changes.reduce(changed, body as unknown));
}

/** A body of the right shape, one of whose values is another: what parsers let through and rules judge. */
function plausible(body: object): fc.Arbitrary<unknown> {
  const leaves = placesIn(body).filter((place) => typeof valueAt(body, place) !== "object");
  return fc.constantFrom(...leaves).map((place) => {
    const value = typeof valueAt(body, place) === "number" ? 1 : "Lead";
    return changed(body, { place, how: "replace", value });
  });
}

function valueAt(value: unknown, place: readonly string[]): unknown {
  return place.reduce((outer, key) => Reflect.get(Object(outer), key), value);
}

interface Change {
  readonly place: readonly string[];
  readonly how: string;
  readonly value: unknown;
}

/** Every way from the root to a value. */
function placesIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...way, key]))];
}

function changed(body: unknown, { place: [key, ...rest], how, value }: Change): unknown {
  if (typeof body !== "object" || body === null) return value;
  const entries = Object.entries(body);
  if (key === undefined)
    return how === "add" ? { ...body, [String(JSON.stringify(value)).slice(0, 50)]: value } : value;
  if (rest.length === 0 && how === "remove") return Object.fromEntries(entries.filter(([name]) => name !== key));
  const inner = rest.length === 0 ? value : changed(Reflect.get(body, key), { place: rest, how, value });
  return Array.isArray(body) ? body.map((one, at) => (String(at) === key ? inner : one)) : { ...body, [key]: inner };
}

const headerValue = fc.oneof(
  fc.constantFrom("", "application/json", "gzip", "wait=1", "sha256=00", "a, b"),
  fc.stringMatching(/^[ -~]{0,40}$/),
);
const headers = fc.dictionary(
  fc.constantFrom(
    "content-type",
    "content-encoding",
    "x-request-id",
    "x-hub-signature-256",
    "prefer",
    "accept",
    "x-forwarded-for",
    "if-match",
  ),
  headerValue,
  { maxKeys: 2 },
);
const id = fc.oneof(
  fc.constantFrom(
    "shop-1",
    "0".repeat(24),
    "%zz",
    "%00",
    "..",
    "a".repeat(65),
    "a".repeat(128),
    "a".repeat(200),
    "%F0%9F%98%80",
  ),
  fc.string({ unit: "grapheme", maxLength: 150 }).map(encodeURIComponent),
);
const query = fc.oneof(
  fc.constant(""),
  fc.webQueryParameters().map((text) => `?${text}`),
  fc.constantFrom(
    "?limit=-1",
    "?limit[]=1&limit=2",
    "?cursor=%00",
    "?hub.mode=a&hub.mode=b&hub.verify_token=1&hub.challenge=2",
    "?%",
  ),
);

function requestTo(operation: Operation): fc.Arbitrary<InjectOptions> {
  const examples = exampleBodies(operation);
  const bodies = [...examples.map(nearly), ...examples.filter((one) => Object.keys(one).length > 0).map(plausible)];
  const payload = fc.oneof(...bodies, ...bodies, anything).map((body) => JSON.stringify(body) ?? "");
  return fc.record({ id, query, headers, payload: fc.oneof(payload, payload, payload, fc.string()) }).map((one) => ({
    method: operation.method,
    url: operation.path.replace("{id}", one.id) + one.query,
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...one.headers },
    ...(operation.method === "GET" ? {} : { payload: one.payload }),
  }));
}

test(`no request of ${CASES} that are odd, hostile or nearly right makes the API fail or hang`, {
  timeout: 180_000,
}, async () => {
  const request = fc.constantFrom(...operations).chain(requestTo);
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: AT_A_TIME, maxLength: AT_A_TIME }), async (requests) => {
      const answers = await Promise.all(requests.map(answered));
      for (const status of answers) seen.set(status, (seen.get(status) ?? 0) + 1);
    }),
    { numRuns: CASES / AT_A_TIME },
  );
  // The cases reach behind the parsers: some are taken, some are refused for what they say.
  for (const status of [200, 202, 400, 404, 409, 422])
    expect([status, seen.get(status) ?? 0]).toEqual([status, expect.toSatisfy((many: number) => many > 0)]);
});

async function answered(request: InjectOptions): Promise<number> {
  const startedAt = performance.now();
  const { statusCode, body } = await api.app.inject(request);
  expect(statusCode, `${body}\n${api.logLines.at(-1)}`).toBeLessThan(500);
  expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
  if (statusCode >= 400)
    expect(JSON.parse(body)).toMatchObject({ code: expect.any(String), requestId: expect.any(String) });
  return statusCode;
}
