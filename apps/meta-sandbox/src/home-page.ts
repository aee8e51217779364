import type { ReceivedEvent } from "./received-log.ts";
import type { Summary } from "./summary.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.scroll, pre { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
pre { padding: 1rem; background: color-mix(in srgb, currentColor 8%, transparent); }`;

const EXAMPLES = `# a WABA, its dataset and the token that may use both
curl -X PUT "$SANDBOX/admin/wabas/102290129340398" -H "Authorization: Bearer $ADMIN" \\
  -H 'content-type: application/json' -d '{"datasetId":"1000000000000001","token":"test-token"}'

# a click that Meta would know
curl "$SANDBOX/admin/wabas/102290129340398/clicks" -H "Authorization: Bearer $ADMIN" \\
  -H 'content-type: application/json' -d '{"ctwaClids":["ARA-example-click-id"]}'

# a conversion, as any sender would report it
curl "$SANDBOX/v25.0/1000000000000001/events" -H 'Authorization: Bearer test-token' \\
  -H 'content-type: application/json' -d '{"data":[{"event_name":"LeadSubmitted",
  "event_time":'$(date +%s)',"event_id":"lead-1","action_source":"business_messaging","messaging_channel":"whatsapp",
  "user_data":{"whatsapp_business_account_id":"102290129340398","ctwa_clid":"ARA-example-click-id"}}]}'

# what was counted
curl "$SANDBOX/admin/summary" -H "Authorization: Bearer $ADMIN"`;

/** The page for people: no script, nothing loaded from elsewhere, no personal data. */
export function homePage(summary: Summary, latest: readonly ReceivedEvent[]): string {
  const counts = [
    ["Requests", summary.requests],
    ["Events received", summary.eventsReceived],
    ["Distinct events", summary.distinctEvents],
    ["Duplicates", summary.duplicates],
    ["Refused requests", summary.rejectedRequests],
    ["Faults played", summary.faultedRequests],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Meta sandbox</title><style>${STYLE}</style></head>
<body>
<h1>Meta sandbox</h1>
<p>An imitation of Meta’s Conversions API for Business Messaging (WhatsApp). Nothing sent here reaches Meta.</p>
<h2>Counts</h2>
<dl>${counts.map(([label, count]) => `<div><dt>${label}</dt><dd>${count}</dd></div>`).join("")}</dl>
<h2>Last accepted events</h2>
${latestTable(latest)}
<h2>Try it</h2>
<pre><code>${escapeHtml(EXAMPLES)}</code></pre>
</body>
</html>`;
}

function latestTable(latest: readonly ReceivedEvent[]): string {
  if (latest.length === 0) return "<p>None yet. Seed a WABA first: until then every request is refused.</p>";
  const rows = latest.map(({ receivedAt, eventName, eventId, datasetId, copy }) => {
    const cells = [receivedAt, eventName, eventId ?? "none", datasetId, String(copy)];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell.slice(0, 200))}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th>Received</th><th>Name</th><th>Event id</th><th>Dataset</th>
<th>Copy</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
