import { statSync } from "node:fs";
import { join } from "node:path";
import { deliveryKey } from "@capi-relay/domain";
import { expect, test } from "vitest";
import { stackPanel } from "../src/stack-panel.ts";
import { EXAMPLE_EVENT, writeExamples } from "../src/write-examples.ts";
import { aFolder } from "./a-folder.ts";
import { aStack } from "./a-stack.ts";

const plain = (text: string) => text;
const PLAIN = { strong: plain, faint: plain, link: plain };

test("the panel fits 80 columns", () => {
  const folder = join("..", "..", ".data", "demo", "run-0123abcd");
  const stack = aStack(folder);
  const examples = [{ title: "an example", command: ["curl"] }];
  const lines = stackPanel(stack, examples, PLAIN).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test("the commands hold no secret; their files, for the owner only, do", () => {
  const folder = aFolder();
  const stack = aStack(folder);
  const commands = writeExamples(stack, folder).flatMap(({ command }) => command);
  for (const secret of Object.values(stack.secrets)) expect(commands.join("\n")).not.toContain(secret);
  for (const name of ["api", "click", "sandbox"]) expect(statSync(join(folder, "try", name)).mode & 0o777).toBe(0o600);
});

test("where events go elsewhere the panel says where, and how to create an account instead of using the demo shop", () => {
  const folder = aFolder();
  const stack = aStack(folder, { sandboxUrl: null, graphUrl: "https://graph.facebook.com", takesAnyClick: false });
  const panel = stackPanel(stack, writeExamples(stack, folder), PLAIN);
  expect(panel).toContain("https://graph.facebook.com");
  expect(panel).toContain(`${stack.apiUrl}/v1/accounts`);
  expect(panel).not.toMatch(/demo-shop|conversions|Sandbox/);
});

test("a sandbox that takes click ids nobody told it about is shown as such", () => {
  const panelOf = (takesAnyClick: boolean) => stackPanel(aStack(aFolder(), { takesAnyClick }), [], PLAIN);
  expect(panelOf(true)).toContain("click ids nobody told it about");
  expect(panelOf(false)).not.toContain("click ids");
});

test("the story in the example is that of the event in the example", () => {
  expect(EXAMPLE_EVENT.id).toBe(deliveryKey(EXAMPLE_EVENT));
});
