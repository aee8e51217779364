import type { z } from "zod";
import { ApiProblem, asSentence } from "./api-problem.ts";
import { acceptsLists, fieldNamesAt, isOptionalAt } from "./fields-of-schema.ts";
import { plainMessage } from "./plain-messages.ts";
import { PROBLEMS, type ProblemCode } from "./problems.ts";

/** What is parsed, and so what its parts are called: fields of a body or an item of a list, parameters of a query. */
export type InputPlace = "body" | "item" | "query";

interface Words {
  readonly whole: string;
  readonly part: string;
}

const WORDS: Readonly<Record<InputPlace, Words>> = {
  body: { whole: "The body", part: "field" },
  item: { whole: "This entry of the list", part: "field" },
  query: { whole: "The query", part: "parameter" },
};

/** Nobody mends more at a time, and a short request must not buy a long answer. */
const MAX_DETAILS = 100;

/**
 * Parses input; every mistake becomes a detail, up to a hundred, the first one the headline. Values are never repeated:
 * they may be personal.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  place: InputPlace = "body",
): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: plainMessage, reportInput: true });
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues
    .slice(0, MAX_DETAILS)
    .flatMap((issue) => detailsOf(issue, schema, place))
    .slice(0, MAX_DETAILS);
  const first = details[0] ?? { code: "invalid_value" as const, param: null, message: "The request is not valid." };
  throw new ApiProblem(first.code, first.message, first.param, details);
}

interface CodedDetail {
  readonly code: ProblemCode;
  readonly param: string | null;
  readonly message: string;
}

function detailsOf(issue: z.core.$ZodIssue, schema: z.ZodType, place: InputPlace): CodedDetail[] {
  const words = WORDS[place];
  const path = issue.path.map(pathPart).join(".");
  if (issue.code === "unrecognized_keys") {
    const known = fieldNamesAt(schema, issue.path);
    return issue.keys.slice(0, MAX_DETAILS).map((key) => unknownField(path, key, known, words.part));
  }
  const param = path === "" ? null : path;
  const subject = param ?? words.whole;
  if (isOfNoUse(issue) && issue.input === undefined) {
    const rest = issue.code === "invalid_type" ? "" : `; it ${issue.message}`;
    return [{ code: "missing_field", param, message: `${subject} is missing${rest}.` }];
  }
  if (isOfNoUse(issue) && issue.input === null && param !== null) {
    const fix = isOptionalAt(schema, issue.path) ? `leave the ${words.part} out` : `it ${issue.message}`;
    return [{ code: "invalid_value", param, message: `${subject} is null: ${fix}.` }];
  }
  if (place === "query" && Array.isArray(issue.input) && !acceptsLists(schema, issue.path)) {
    return [{ code: "invalid_value", param, message: `${subject} is there more than once; give it once.` }];
  }
  const message = isWholeSentence(issue) ? asSentence(issue.message, null) : sentence(subject, issue.message);
  return [{ code: codeOf(issue), param, message }];
}

/** Nothing that could be judged by a rule of its own: of the wrong kind, or none of the kinds there are. */
function isOfNoUse({ code }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" || code === "invalid_value" || code === "invalid_union";
}

/** Keys of a map are the caller's own words, which are not repeated unless they look like a name. */
function pathPart(part: PropertyKey): string {
  return typeof part === "number" || /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(String(part)) ? String(part) : "*";
}

/**
 * A field name is repeated only if it looks like one, or is a known one in another spelling: a misplaced phone number
 * or token must not come back in an answer.
 */
function unknownField(path: string, key: string, known: readonly string[], part: string): CodedDetail {
  const meant = known.find((name) => key.length <= 2 * name.length && spelling(name) === spelling(key));
  const isPlainName = meant !== undefined || /^[A-Za-z_][A-Za-z_]{0,39}$/.test(key);
  const param = isPlainName ? [path, key].filter(Boolean).join(".") : path || null;
  const subject = isPlainName ? param : `A ${part} whose name is not repeated here`;
  const fix = meant === undefined ? "remove it or correct its name." : `did you mean ${meant}?`;
  return { code: "unknown_field", param, message: `${subject} is not a ${part} of this request; ${fix}` };
}

/** What `account_id`, `AccountID` and `accountId` have in common. */
function spelling(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  const code: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return typeof code === "string" && code in PROBLEMS ? (code as ProblemCode) : "invalid_value";
}

/** A rule about several fields has a code of its own and says all there is to say. */
function isWholeSentence(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["code"] !== undefined;
}

/** Our schemas complete the field's name ("must be …"); Zod's own messages stand alone. */
function sentence(subject: string, message: string): string {
  return asSentence(/^[A-Z]/.test(message) ? `${subject}: ${message}` : `${subject} ${message}`, subject);
}
