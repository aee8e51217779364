import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const TYPES = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" } as const;

/** One file that pages load, from this host like all of them. */
export interface Asset {
  /** Changes with the content, so browsers may keep the file for good. */
  readonly path: string;
  readonly etag: string;
  readonly type: string;
  readonly content: Buffer;
}

/** @param files One, or several that follow each other. */
export function asset(name: string, kind: keyof typeof TYPES, ...files: readonly URL[]): Asset {
  const content = Buffer.concat(files.map((file) => readFileSync(file)));
  const mark = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return { path: `/assets/${name}-${mark}.${kind}`, etag: `"${mark}"`, type: TYPES[kind], content };
}

export function assetRoutes(app: FastifyInstance, assets: readonly Asset[]): void {
  for (const { path, etag, type, content } of assets) {
    app.get(path, async (request, reply) => {
      reply.headers({ "cache-control": "public, max-age=31536000, immutable", etag });
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      return reply.type(type).send(content);
    });
  }
}
