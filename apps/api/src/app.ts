import { randomUUID } from "node:crypto";
import type { Logger } from "@capi-relay/runtime";
import { type FastifyInstance, fastify } from "fastify";
import { type GuardPorts, guard } from "./access/guard.ts";
import { answerBrokenRequest } from "./answer-broken-request.ts";
import { answerError, answerErrors } from "./answer-errors.ts";
import { FailureLog } from "./failure-log.ts";
import { keepHandlersInTime } from "./handlers-in-time.ts";
import { KnownPaths } from "./known-paths.ts";
import type { ListPorts } from "./list/list-conversions.ts";
import { measureRequests } from "./measure-requests.ts";
import { describeApi } from "./openapi/describe-api.ts";
import { onlyPlainBodies, readJsonStrictly } from "./request-bodies.ts";
import { returnBorrowedPaths } from "./return-borrowed-paths.ts";
import { obeySchemas } from "./route-schemas.ts";
import { type AccountPorts, accountRoutes } from "./routes/accounts.ts";
import { type ApiKeyPorts, apiKeyRoutes } from "./routes/api-keys.ts";
import { type CaseWorkPorts, caseWorkRoutes } from "./routes/case-work.ts";
import { checkConversionRoute } from "./routes/check-conversion.ts";
import { type ClickPorts, clickRoutes } from "./routes/clicks.ts";
import { type ConversationPorts, conversationRoutes } from "./routes/conversations.ts";
import { type ConversionPorts, conversionRoutes } from "./routes/conversions.ts";
import { type DatasetRoutePorts, datasetRoutes } from "./routes/dataset.ts";
import { type DestinationPorts, destinationRoutes } from "./routes/destinations.ts";
import { errorDocsRoute } from "./routes/error-docs.ts";
import { type HealthPorts, healthRoutes } from "./routes/health.ts";
import { listConversionsRoute } from "./routes/list-conversions.ts";
import { openapiRoute } from "./routes/openapi.ts";
import { referenceDocs } from "./routes/reference-docs.ts";
import { type WebhookRoutePorts, webhookRoutes } from "./routes/whatsapp-webhook.ts";
import { sendUsualHeaders } from "./security-headers.ts";
import type { WaitingRoom } from "./wait/waiting-room.ts";

export interface ApiPorts extends ConversionPorts, AccountPorts, HealthPorts {
  readonly accountStore: AccountPorts["accountStore"] &
    DestinationPorts["accountStore"] &
    DatasetRoutePorts["accountStore"];
  readonly graph: DatasetRoutePorts["graph"];
  readonly leases: DatasetRoutePorts["leases"];
  /** Told how long every answer took. */
  readonly http: Parameters<typeof measureRequests>[1];
  readonly accounts: ConversionPorts["accounts"] & ConversationPorts["accounts"] & WebhookRoutePorts["accounts"];
  readonly eventList: ListPorts["eventList"];
  readonly cursorKey: ListPorts["cursorKey"];
  readonly waitingRoom: Pick<WaitingRoom, "wait" | "close">;
  readonly apiKeyStore: ApiKeyPorts["apiKeyStore"];
  readonly cachedApiKeys: ApiKeyPorts["cachedApiKeys"] & GuardPorts["apiKeys"];
  readonly keyUses: GuardPorts["keyUses"];
  readonly requestLimits: GuardPorts["limits"];
  readonly conversations: ConversationPorts["conversations"] &
    WebhookRoutePorts["conversations"] &
    ClickPorts["conversations"];
  readonly dispatcher: ConversionPorts["dispatcher"] & WebhookRoutePorts["dispatcher"];
  readonly resting: WebhookRoutePorts["resting"] & AccountPorts["resting"];
  readonly decisions: CaseWorkPorts["decisions"];
  readonly webhook: Pick<WebhookRoutePorts, "verifyToken" | "appSecrets">;
  readonly clickCaptures: WebhookRoutePorts["clickCaptures"];
  readonly eraser: ConversationPorts["eraser"];
  readonly lookupKeys: ConversationPorts["lookupKeys"] & WebhookRoutePorts["lookupKeys"];
  readonly adminApiKey: string;
  readonly trustProxy: readonly string[];
  readonly log: Logger;
}

const MAX_EVENT_BYTES = 64 * 1024;
/**
 * A request that takes longer to come in is answered 408, also when it drips: nobody may hold connections for nothing.
 */
const REQUEST_TIMEOUT_MS = 8_000;
const CONNECTIONS_CHECKED_EVERY_MS = 1_000;

/** The HTTP face of the relay. */
export async function buildApi(ports: ApiPorts): Promise<FastifyInstance> {
  const { trustProxy } = ports;
  const failures = new FailureLog(ports.log);
  const app = fastify({
    logger: false,
    bodyLimit: MAX_EVENT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node swaps the two timeouts when that of the headers is the longer one, and its default of 60 s is.
    http: { connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, failures),
    // Nothing passes over the connection while a request waits for an ending, for 30 seconds at most.
    connectionTimeout: 45_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 128 },
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, failures),
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"]),
  });
  app.addHook("preClose", async () => ports.waitingRoom.close());
  const paths = new KnownPaths();
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.isBorrowed !== true) paths.add(method, url);
  });
  measureRequests(app, ports.http);
  keepHandlersInTime(app);
  answerErrors(app, paths, failures);
  readJsonStrictly(app);
  onlyPlainBodies(app);

  sendUsualHeaders(app);
  const { adminApiKey, cachedApiKeys, requestLimits, keyUses, now } = ports;
  await guard(app, { rootKey: adminApiKey, apiKeys: cachedApiKeys, limits: requestLimits, keyUses, now });
  await app.register(referenceDocs);
  await describeApi(app);
  const routes = obeySchemas(app);
  const conflicts = ports.conflictLimits.of("webhook");
  healthRoutes(routes, ports);
  errorDocsRoute(routes);
  openapiRoute(routes);
  await routes.register((scope) => webhookRoutes(scope, { ...ports, ...ports.webhook, conflicts }));
  conversionRoutes(routes, ports);
  checkConversionRoute(routes, ports);
  listConversionsRoute(routes, ports);
  caseWorkRoutes(routes, ports);
  clickRoutes(routes, ports);
  conversationRoutes(routes, ports);
  accountRoutes(routes, ports);
  destinationRoutes(routes, ports);
  datasetRoutes(routes, ports);
  apiKeyRoutes(routes, ports);
  returnBorrowedPaths(routes, paths);
  return app;
}

/** The caller's own request id if it is harmless to repeat, otherwise a new one. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}
