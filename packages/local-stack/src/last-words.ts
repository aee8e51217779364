const SHOWN = 8;
const WIDTH = 78;
const INDENT = "  ";
const TROUBLE: readonly unknown[] = ["warn", "error", "fatal"];

/**
 * The end of an app's log for people: `level message` instead of JSON, no stack, each sentence once, wrapped to 80
 * columns. What went wrong crowds out what went well.
 */
export function lastWords(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  const told = lines.map(readLine);
  const troubles = told.filter(({ isTrouble }) => isTrouble);
  const sentences = (troubles.length > 0 ? troubles : told).map(({ text }) => text);
  // A repeated warning counts where it came last.
  const once = sentences.filter((text, at) => sentences.lastIndexOf(text) === at);
  if (once.length === 0) return `${INDENT}(nothing)`;
  return once.slice(-SHOWN).map(wrap).join("\n");
}

function readLine(line: string): { readonly text: string; readonly isTrouble: boolean } {
  const parsed = parse(line);
  // What is no JSON is what a process says when it cannot even log: always worth reading.
  if (parsed === null) return { text: line, isTrouble: true };
  const { level, msg, err } = parsed;
  const cause = typeof err === "object" && err !== null ? causeOf(err as Record<string, unknown>) : "";
  return { text: `${String(level)}  ${String(msg)}${cause}`, isTrouble: TROUBLE.includes(level) };
}

function causeOf(err: Record<string, unknown>): string {
  const named = [err["message"], err["code"], err["type"]].find((part) => typeof part === "string" && part !== "");
  return named === undefined ? "" : `: ${String(named)}`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "msg" in value ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function wrap(text: string): string {
  const rows: string[] = [];
  let row = INDENT;
  for (const word of text.split(" ")) {
    if (row.trim() !== "" && row.length + word.length > WIDTH) {
      rows.push(row.trimEnd());
      row = `${INDENT}${INDENT}`;
    }
    row += `${word} `;
  }
  return [...rows, row.trimEnd()].join("\n");
}
