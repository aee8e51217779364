import { type Html, html, type Part } from "../html.ts";

export interface Confirmation {
  readonly title: string;
  /** What will happen, before it does. */
  readonly consequences: readonly string[];
  /** What somebody should know who might regret it. */
  readonly warnings?: readonly string[];
  /** Why what was asked for was not done. */
  readonly problem?: string | null;
  readonly fields?: Part;
  readonly action: string;
  readonly button: string;
  readonly isDangerous?: boolean;
  /** The way back without doing it. */
  readonly back: string;
}

/** Says what will happen, and asks. A page of its own, so that it works without scripts. */
export function confirmPage(confirmation: Confirmation): Html {
  const {
    title,
    consequences,
    warnings = [],
    problem = null,
    fields,
    action,
    button,
    isDangerous,
    back,
  } = confirmation;
  return html`<form class="card" method="post" action=${action}>
<h1>${title}</h1>
${problem !== null && html`<p class="error" role="alert">${problem}</p>`}
${consequences.map((sentence) => html`<p>${sentence}</p>`)}
${warnings.map((sentence) => html`<p class="warning">${sentence}</p>`)}
${fields}
<div class="actions"><button class=${isDangerous === true ? "danger" : undefined}>${button}</button><a href=${back}>Back without doing it</a></div>
</form>`;
}

/** Says why something cannot be done. Offers nothing: its button would only be refused. */
export function refusalPage({ title, because, back }: { title: string; because: string; back: string }): Html {
  return html`<section class="card"><h1>${title}</h1>
<p class="warning" role="alert">${because}</p>
<p><a href=${back}>Back</a></p>
</section>`;
}
