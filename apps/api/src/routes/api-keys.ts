import { ApiKeyCreation, ApiKeyIssued, ApiKeyList, ApiKeyRotation } from "@capi-relay/contract";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { type AuditPorts, auditTrail } from "../access/audit-trail.ts";
import { type IssuedKey, issueKey, type KeyPorts, keysVisibleTo, revokeKey, rotateKey } from "../access/issue-key.ts";
import { keyView } from "../access/key-view.ts";
import { IdPath } from "../id-path.ts";
import type { RouteRegistry } from "../route-schemas.ts";

export interface ApiKeyPorts extends KeyPorts, AuditPorts {
  readonly now: () => Date;
}

const KeyPath = IdPath("The key's, not its secret.");

/** Who may use this API: keys are made, listed, replaced and revoked here. */
export function apiKeyRoutes(app: RouteRegistry, ports: ApiKeyPorts): void {
  const note = auditTrail(ports);

  app.route({
    method: "POST",
    url: "/v1/api-keys",
    schema: {
      operationId: "createApiKey",
      tags: ["API keys"],
      summary: "Make an API key",
      description:
        "A key can make keys for its own accounts only, and none that outlives it. The secret is shown this once.",
      body: ApiKeyCreation,
      response: { 201: ApiKeyIssued },
      errors: ["key_bound_to_accounts", "account_not_found"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, body }, reply) => {
      const issued = await issueKey(body, principal, ports);
      await note(principal, "api_key_created", issued.key.id);
      return shownOnce(issued, reply);
    },
  });

  app.route({
    method: "GET",
    url: "/v1/api-keys",
    schema: {
      operationId: "listApiKeys",
      tags: ["API keys"],
      summary: "List API keys",
      description: "Also those that have ended. A key bound to accounts sees keys with no more accounts than its own.",
      response: { 200: ApiKeyList },
    },
    config: { scope: "admin" },
    handler: async ({ principal }) => ({ apiKeys: (await keysVisibleTo(principal, ports)).map(keyView) }),
  });

  app.route({
    method: "DELETE",
    url: "/v1/api-keys/:id",
    schema: {
      operationId: "revokeApiKey",
      tags: ["API keys"],
      summary: "Revoke an API key",
      description: "It stops working within 5 seconds. Once more changes nothing.",
      params: KeyPath,
      response: { 204: z.void() },
      errors: ["api_key_not_found"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, params }, reply) => {
      if (await revokeKey(params.id, principal, ports)) await note(principal, "api_key_revoked", params.id);
      return reply.code(204).send();
    },
  });

  app.route({
    method: "POST",
    url: "/v1/api-keys/:id/rotate",
    schema: {
      operationId: "rotateApiKey",
      tags: ["API keys"],
      summary: "Replace an API key",
      description: "Answers a new one with the same rights; the old one goes on working for the overlap.",
      params: KeyPath,
      body: ApiKeyRotation.optional(),
      response: { 201: ApiKeyIssued },
      errors: ["api_key_not_found", "api_key_ended"],
      neverErrors: ["missing_field"],
    },
    config: { scope: "admin" },
    handler: async ({ principal, params, body }, reply) => {
      const { overlapHours } = body ?? ApiKeyRotation.parse({});
      const issued = await rotateKey(params.id, overlapHours, principal, ports);
      await note(principal, "api_key_rotated", params.id, issued.key.id);
      return shownOnce(issued, reply);
    },
  });
}

function shownOnce({ key, secret }: IssuedKey, reply: FastifyReply) {
  // Nothing between us and the caller may keep it.
  return reply
    .code(201)
    .header("cache-control", "no-store")
    .send({ ...keyView(key), secret });
}
