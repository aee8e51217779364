import { mustCall, type Stack } from "@capi-relay/local-stack";
import { z } from "zod";

const ReceivedEvent = z.object({
  datasetId: z.string(),
  eventId: z.string().nullable(),
  testEventCode: z.string().nullable(),
  event: z.looseObject({ user_data: z.looseObject({ ctwa_clid: z.string().optional() }).optional() }),
});
/** One line of the sandbox's own log: an event that Meta took. */
export type ReceivedEvent = z.infer<typeof ReceivedEvent>;

const Page = z.object({ events: z.array(ReceivedEvent), nextAfter: z.number().nullable() });
const Summary = z.object({
  eventsReceived: z.number(),
  byDataset: z.record(z.string(), z.object({ faultedRequests: z.number() })),
});

/** What Meta says it took: its log, line by line, and its own count. */
export interface MetaSide {
  readonly log: readonly ReceivedEvent[];
  readonly counted: number;
  /** Requests that an ordered fault struck, by dataset. */
  readonly struckRequests: Readonly<Record<string, number>>;
}

export async function readMeta({ sandboxUrl, secrets }: Stack): Promise<MetaSide> {
  const get = (path: string) => mustCall("GET", `${sandboxUrl}/admin/${path}`, secrets.SANDBOX_ADMIN_TOKEN);
  const log: ReceivedEvent[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: z.infer<typeof Page> = Page.parse(await get(`received?limit=1000&after=${after}`));
    log.push(...page.events);
    after = page.nextAfter;
  }
  const { eventsReceived, byDataset } = Summary.parse(await get("summary"));
  const struck = Object.entries(byDataset).map(([id, { faultedRequests }]) => [id, faultedRequests] as const);
  return { log, counted: eventsReceived, struckRequests: Object.fromEntries(struck) };
}
