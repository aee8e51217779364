import { type Html, html } from "../../html.ts";

interface Marked {
  readonly testCode: string | null;
  readonly sandbox: boolean;
  readonly sample?: boolean;
}

/** What tells an event from one that counts. */
export function marksOf({ testCode, sandbox, sample }: Marked): Html {
  const marks = [
    ...(sample === true ? ["sample"] : []),
    ...(testCode === null ? [] : ["test"]),
    ...(sandbox && sample !== true ? ["sandbox"] : []),
  ];
  return html`${marks.map((mark) => html`<span class="tag">${mark}</span> `)}`;
}
