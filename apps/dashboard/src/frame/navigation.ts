import { BOARD_PATH } from "../board/board-path.ts";
import { type Html, html } from "../html.ts";
import type { DashboardUser } from "../login/users.ts";

const PAGES = [
  { path: "/", label: "Overview" },
  { path: "/events", label: "Events" },
  { path: "/bulk-retry", label: "Bulk retry" },
  { path: "/destinations", label: "Destinations" },
  { path: "/audit", label: "Audit" },
  { path: BOARD_PATH, label: "Queues" },
] as const;

export type PagePath = (typeof PAGES)[number]["path"];

/** The way to every page, and out. */
export function navigation(user: DashboardUser, current: PagePath | null): Html {
  return html`<header class="bar">
<a class="brand" href="/">capi-relay</a>
<nav aria-label="Pages"><ul>${PAGES.map(
    ({ path, label }) =>
      html`<li><a href=${path} aria-current=${path === current ? "page" : undefined}>${label}</a></li>`,
  )}</ul></nav>
<form class="who" method="post" action="/logout"><span><strong>${user.name}</strong>, ${user.role}</span><button class="plain small">Log out</button></form>
</header>`;
}
