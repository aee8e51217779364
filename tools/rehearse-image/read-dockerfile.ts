export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The instructions of each stage, `FROM` not included. Knows what our Dockerfile uses, no more. */
export function readStages(dockerfile: string): readonly (readonly Instruction[])[] {
  const lines = dockerfile
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, word = "", rest = ""] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === "FROM") stages.push([]);
    else stages.at(-1)?.push({ word, rest });
  }
  return stages;
}

/** True for paths that .dockerignore keeps out of the build. Patterns without `!`, as ours are. */
export function readDockerignore(text: string): (path: string) => boolean {
  const patterns = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]]/g, "\\$&")
      .replace(/^\*\*\//, "\0")
      .replaceAll("*", "[^/]*")
      .replace("\0", "(.*/)?");
    return new RegExp(`^${source}(/|$)`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}
