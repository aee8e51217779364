import type { Mistakes, Typed } from "./read-lead.ts";

/** The form, with what was typed before and what is wrong with it. `notice` stands above it. */
export function formPage(
  typed: Typed,
  { mistakes = {}, notice }: { mistakes?: Mistakes; notice?: string } = {},
): string {
  return page(
    "Shall we write to you?",
    `
    ${notice === undefined ? "" : `<p role="alert">${escaped(notice)}</p>`}
    <form method="post" action="/leads">
      <input type="hidden" name="leadId" value="${escaped(typed.leadId)}">
      ${field("phone", "Your WhatsApp number", "tel", typed.phone, mistakes.phone)}
      ${field("email", "Your e-mail address, if you like", "email", typed.email, mistakes.email)}
      <label>
        <input type="checkbox" name="agreed" value="yes"${typed.agreed ? " checked" : ""}>
        You may write to me on WhatsApp about my request.
      </label>
      ${problem("agreed", mistakes.agreed)}
      <button>Send</button>
    </form>`,
  );
}

export function thanksPage(sentence: string): string {
  return page("Thank you", `<p>${escaped(sentence)}</p>`);
}

function field(name: "phone" | "email", label: string, type: string, value: string, mistake?: string): string {
  const state = mistake === undefined ? "" : ` aria-invalid="true" aria-describedby="${name}-problem"`;
  return `
      <label for="${name}">${label}</label>
      <input id="${name}" name="${name}" type="${type}" autocomplete="${type}" value="${escaped(value)}"${state}>
      ${problem(name, mistake)}`;
}

function problem(name: string, mistake: string | undefined): string {
  return mistake === undefined ? "" : `<p class="problem" id="${name}-problem">${escaped(mistake)}</p>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style>
      body { max-width: 26rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1c1e21; }
      label { display: block; margin-top: 1rem; }
      input[type="tel"], input[type="email"] { width: 100%; box-sizing: border-box; padding: 0.6rem; font: inherit; }
      .problem, [role="alert"] { margin: 0.25rem 0 0; color: #a4161a; }
      button { margin-top: 1.5rem; padding: 0.7rem 2rem; font: inherit; color: #fff; background: #14652f; border: 0; border-radius: 0.4rem; }
    </style>
  </head>
  <body>
    <h1>${title}</h1>${content}
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
