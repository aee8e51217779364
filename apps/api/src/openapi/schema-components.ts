import { z } from "zod";

const SCHEMAS = "#/components/schemas/";

type JsonSchema = Record<string, unknown>;

/** Whether a schema stands in requests or in answers: defaults are optional in the one and certain in the other. */
export type Side = "input" | "output";

/** The named schemas a document refers to, each translated for the side it stands on. */
export class SchemaComponents {
  readonly #used: Readonly<Record<Side, Set<string>>> = { input: new Set(), output: new Set() };

  /** A reference to a schema that carries an id. */
  refTo(schema: unknown, side: Side): JsonSchema {
    const id = schema instanceof z.ZodType ? schema.meta()?.id : undefined;
    if (id === undefined) throw new Error("A body or answer has no id in its meta, so the document cannot name it.");
    this.#used[side].add(id);
    return { $ref: SCHEMAS + id };
  }

  /** A schema as it is, for parameters. What it refers to by name becomes a component. */
  inline(schema: z.ZodType): JsonSchema {
    const { $defs = {}, $schema: _dialect, ...json } = z.toJSONSchema(schema, translation("input"));
    for (const id of Object.keys($defs)) this.#used.input.add(id);
    return JSON.parse(JSON.stringify(json).replaceAll("#/$defs/", SCHEMAS)) as JsonSchema;
  }

  /** Every schema in use and those they refer to, sorted by name. */
  all(): Record<string, JsonSchema> {
    const found = { ...this.#reached("input"), ...this.#reached("output") };
    return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => a.localeCompare(b)));
  }

  #reached(side: Side): Record<string, JsonSchema> {
    const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: (id) => SCHEMAS + id, ...translation(side) });
    const reached: Record<string, JsonSchema> = {};
    const open = [...this.#used[side]];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const { $schema: _dialect, $id: _id, id: _name, ...json } = schemas[id] as JsonSchema;
      reached[id] = json;
      open.push(...namesIn(json).filter((name) => !(name in reached)));
    }
    return reached;
  }
}

function namesIn(json: JsonSchema): string[] {
  return [...JSON.stringify(json).matchAll(/"#\/components\/schemas\/([A-Za-z]+)"/g)].map(([, name = ""]) => name);
}

function translation(io: Side) {
  return { io, unrepresentable: "any", override: (one: Translated) => polish(one, io) } as const;
}

interface Translated {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

/** What Zod's translation says in words that mislead readers or generators. */
function polish({ zodSchema, jsonSchema }: Translated, io: Side): void {
  const { shownAs, anyOf, pattern, format, minimum, maximum } = jsonSchema;
  // What is judged one by one is anything to the parser, and to readers what it should be.
  if (typeof shownAs === "string") {
    delete jsonSchema["shownAs"];
    jsonSchema["$ref"] = SCHEMAS + shownAs;
  }
  // Zod drops examples where a schema transforms its input. Ours show the input.
  const meta = z.globalRegistry.get(zodSchema);
  if (io === "input" && meta?.id !== undefined && meta["examples"] !== undefined)
    jsonSchema["examples"] = meta["examples"];
  // Our alternatives exclude one another.
  if (zodSchema._zod.def.type === "union" && anyOf !== undefined) {
    delete jsonSchema["anyOf"];
    jsonSchema["oneOf"] = anyOf;
  }
  // Answers may grow: clients must not refuse a field that a later version adds.
  if (io === "output" && jsonSchema["additionalProperties"] === false) delete jsonSchema["additionalProperties"];
  // In an address a number is a text of digits, which is for the parser to know and for readers a number.
  if (jsonSchema["type"] === "integer") delete jsonSchema["pattern"];
  // Said by the format already, or in a dialect that generators of other languages do not read.
  if (format === "date-time" || (typeof pattern === "string" && pattern.includes("\\p{"))) delete jsonSchema["pattern"];
  if (minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema["minimum"];
  if (maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema["maximum"];
}
