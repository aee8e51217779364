import { type Html, html } from "../html.ts";
import type { DashboardUser } from "./users.ts";

export interface LoginForm {
  /** What went wrong, and what to do; null before the first try. */
  readonly problem: string | null;
  readonly name: string;
  /** Where to go afterwards. */
  readonly next: string;
}

export const loginPage = ({ problem, name, next }: LoginForm): Html => html`
<form class="narrow card" method="post" action="/login">
<h1>capi-relay</h1>
<p class="quiet">Log in to see what became of your conversions.</p>
${problem !== null && html`<p class="error" role="alert" id="problem">${problem}</p>`}
<input type="hidden" name="next" value=${next} />
<label for="name">Name</label>
<input id="name" name="name" value=${name} autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required autofocus=${name === ""} />
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required autofocus=${name !== ""} aria-describedby=${problem === null ? undefined : "problem"} />
<button>Log in</button>
</form>`;

/** Where nobody has a password. */
export const throughTheProxy: Html = html`
<div class="narrow card">
<h1>capi-relay</h1>
<p>People are logged in by a proxy here, and this request did not come through it with a name. Open the dashboard at the proxy's address.</p>
<p class="quiet">If you did, ask whoever runs this installation to compare DASHBOARD_PROXY_PEERS and DASHBOARD_PROXY_USER_HEADER with what the proxy does.</p>
</div>`;

/** Ending the session here is not enough: the next request brings the name again. */
export const logoutAtTheProxy = ({ name }: DashboardUser): Html => html`
<div class="narrow card">
<h1>Log out at the proxy</h1>
<p>The proxy in front says with every request that you are ${name}. Log out where you logged in there; closing this page is not enough.</p>
<p><a href="/">Back to the overview</a></p>
</div>`;
