import { type Html, html } from "../html.ts";

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
