// `node check-health.ts <url>`: exits 0 when the address answers with a 2xx status. The image has no curl.
const [url = ""] = process.argv.slice(2);

try {
  const { ok, status } = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(4_000) });
  if (!ok) fail(`answered ${status}`);
} catch {
  fail("does not answer");
}

function fail(what: string): void {
  console.error(`${url} ${what}`);
  process.exitCode = 1;
}
