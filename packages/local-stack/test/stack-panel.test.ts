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
  for (const name of ["api", "click"]) expect(statSync(join(folder, "try", name)).mode & 0o777).toBe(0o600);
});

test("without a sandbox of ours there are no examples: their shop is not open", () => {
  const folder = aFolder();
  expect(writeExamples(aStack(folder, { sandboxUrl: null }), folder)).toEqual([]);
});

test("the story in the example is that of the event in the example", () => {
  expect(EXAMPLE_EVENT.id).toBe(deliveryKey(EXAMPLE_EVENT));
});
