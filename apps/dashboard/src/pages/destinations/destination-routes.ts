import { explainProbe, letHeldGo, type TryPorts, tryAccount } from "@capi-relay/case-work";
import type { DestinationHealth } from "@capi-relay/insight";
import type { Account, AccountStore } from "@capi-relay/storage";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../../audit.ts";
import { destinationAnchor } from "../../destination-path.ts";
import { type AuditPorts, noteDone } from "../../do-audited.ts";
import type { ShowPage } from "../../frame/page.ts";
import type { Part } from "../../html.ts";
import { requireOperator } from "../../login/require-operator.ts";
import { readerOf } from "../../reader/reader.ts";
import { askNotToWait, askPause, askResume, askSwitchOn } from "./ask-about-destination.ts";
import { destinationsPage } from "./destinations-page.ts";

export interface DestinationPagePorts extends AuditPorts {
  readonly readDestinations: () => Promise<DestinationHealth[]>;
  readonly accounts: TryPorts["accountStore"] &
    Pick<AccountStore, "find" | "pauseByOperator" | "resume" | "switchOnName">;
  readonly graph: TryPorts["graph"];
  readonly resting: Parameters<typeof letHeldGo>[1]["resting"];
  readonly show: ShowPage;
  /** True when requests do not go to Meta itself, which changes what a probe shows. */
  readonly sandbox: boolean;
  readonly noteInLog: Audit;
}

type AccountRequest = FastifyRequest<{ Params: { id: string } }>;

const DONE: Readonly<Record<string, string>> = {
  probed: "It was tried out: see the last probe.",
  no_dataset: "It was not tried out: it has no dataset yet.",
  token_unreadable:
    "It was not tried out: no key in ENCRYPTION_KEYS opens its token any more. PATCH the account with a new accessToken, or put the key back.",
  paused: "It is paused. Its events are held from now on.",
  resumed: "It is resumed. Its held events go out by deadline.",
  not_waiting: "It no longer waits. Its events go out now.",
  switched_on: "The name is switched on. The next event of this name shows whether Meta takes it now.",
};

/** The accounts as destinations, and what an operator does about one. */
export function destinationRoutes(app: FastifyInstance, ports: DestinationPagePorts): void {
  const { accounts, graph, now, sandbox } = ports;
  const operator = { preHandler: requireOperator(ports) };
  const ask = (reply: FastifyReply, body: Part) =>
    ports.show(reply, { title: "Destinations", current: "/destinations", body });
  const found = async (
    request: AccountRequest,
    reply: FastifyReply,
    then: (account: Account) => FastifyReply | Promise<FastifyReply>,
  ) => {
    const account = await accounts.find(request.params.id);
    return account === null ? reply.callNotFound() : then(account);
  };

  app.get("/destinations", async (request, reply) => {
    const { user } = request;
    if (user === null) return reply.callNotFound();
    const destinations = await ports.readDestinations();
    const body = destinationsPage({ destinations, user, sandbox, notice: noticeIn(request.query) }, readerOf(request));
    return ports.show(reply, { title: "Destinations", current: "/destinations", body });
  });

  app.post<{ Params: { id: string } }>("/destinations/:id/probe", operator, (request, reply) =>
    found(request, reply, async (account) => {
      const result = await tryAccount(account, { accountStore: accounts, graph, now });
      if (typeof result === "string") return goBack(reply, account.id, result);
      await noteDone(request, ports, { action: "account_probed", subject: account.id, detail: result.verdict });
      return goBack(reply, account.id, "probed");
    }),
  );

  app.get<{ Params: { id: string } }>("/destinations/:id/pause", operator, (request, reply) =>
    found(request, reply, (account) => ask(reply, askPause(account))),
  );
  app.post<{ Params: { id: string } }>("/destinations/:id/pause", operator, (request, reply) =>
    found(request, reply, async ({ id }) => {
      await accounts.pauseByOperator(id, now());
      await noteDone(request, ports, { action: "account_paused", subject: id });
      return goBack(reply, id, "paused");
    }),
  );

  app.get<{ Params: { id: string } }>("/destinations/:id/resume", operator, (request, reply) =>
    found(request, reply, (account) =>
      ask(reply, isPaused(account) ? askResume(account, probeSentence(account, sandbox)) : askNotToWait(account)),
    ),
  );
  app.post<{ Params: { id: string } }>("/destinations/:id/resume", operator, (request, reply) =>
    found(request, reply, async (account) => {
      const resumed = await accounts.resume(account.id, now());
      await noteDone(request, ports, { action: "account_resumed", subject: account.id });
      if (resumed !== null) await letHeldGo(resumed, ports);
      return goBack(reply, account.id, isPaused(account) ? "resumed" : "not_waiting");
    }),
  );

  app.get<{ Params: { id: string; name: string } }>("/destinations/:id/names/:name", operator, (request, reply) =>
    found(request, reply, (account) => {
      const { name } = request.params;
      if (!account.switchedOffEventNames.includes(name)) return goBack(reply, account.id, "switched_on");
      return ask(reply, askSwitchOn(account, name));
    }),
  );
  app.post<{ Params: { id: string; name: string } }>("/destinations/:id/names/:name", operator, (request, reply) =>
    found(request, reply, async (account) => {
      const { name } = request.params;
      if (account.switchedOffEventNames.includes(name)) {
        await accounts.switchOnName(account.id, name);
        await noteDone(request, ports, { action: "event_name_switched_on", subject: account.id, detail: name });
      }
      return goBack(reply, account.id, "switched_on");
    }),
  );
}

const isPaused = ({ state }: Account): boolean => state === "paused";

function goBack(reply: FastifyReply, id: string, done: string): FastifyReply {
  return reply.redirect(`/destinations?done=${done}&account=${encodeURIComponent(id)}#${destinationAnchor(id)}`, 303);
}

function noticeIn(query: unknown): { accountId: string; sentence: string } | null {
  const { done, account } = query as { readonly done?: unknown; readonly account?: unknown };
  if (typeof done !== "string" || typeof account !== "string") return null;
  const sentence = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
  return sentence === undefined ? null : { accountId: account, sentence };
}

function probeSentence({ lastProbe }: Account, sandbox: boolean): string | null {
  return lastProbe?.verdict === "refused" ? explainProbe(lastProbe, { sandbox }) : null;
}
