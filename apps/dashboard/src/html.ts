import { html } from "htm/preact";
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** What a template gives: a tree, in which every text and every attribute is escaped when it becomes HTML. */
export type Html = VNode;
/** Whatever may stand in a template; null and false give nothing. */
export type Part = ComponentChildren;

export { html };

/** A whole document. */
export function renderDocument(tree: Html): string {
  return `<!doctype html>${renderToString(tree)}`;
}
