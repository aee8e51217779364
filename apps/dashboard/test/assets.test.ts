import { expect, test } from "vitest";
import { aDashboard } from "./a-dashboard.ts";

test("every file a page loads comes from this host, may be kept for good, and is not sent again to who has it", async () => {
  const { app } = await aDashboard();
  const page = await app.inject({ url: "/login" });
  expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const paths = [...page.body.matchAll(/(?:src|href|data-chart-style)="(\/assets\/[^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths).toHaveLength(5);
  for (const path of paths) {
    const first = await app.inject({ url: path });
    expect(first.statusCode, path).toBe(200);
    expect(first.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(first.headers["content-type"]).toMatch(path.endsWith(".css") ? /^text\/css/ : /^text\/javascript/);
    const again = await app.inject({ url: path, headers: { "if-none-match": String(first.headers.etag) } });
    expect([again.statusCode, again.body], path).toEqual([304, ""]);
    const changed = await app.inject({ url: path, headers: { "if-none-match": '"another"' } });
    expect(changed.statusCode, path).toBe(200);
  }
});

test("no page holds a script or a style of its own, which the policy would refuse", async () => {
  const { app } = await aDashboard({ sandbox: true });
  for (const url of ["/login", "/nowhere"]) {
    const { body, headers } = await app.inject({ url });
    expect(body, url).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    expect(headers["content-security-policy"]).toContain("script-src 'self'; style-src 'self'");
  }
});
