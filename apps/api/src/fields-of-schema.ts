import { z } from "zod";

/** The names of the fields that the object at this place of a schema has; none if no object stands there. */
export function fieldNamesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = bare(schemaAt(schema, path));
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** True when this place of a schema may stay empty. */
export function isOptionalAt(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  return schemaAt(schema, path)?.safeParse(undefined).success === true;
}

/** True when a list may stand at this place of a schema, perhaps beside other things. */
export function acceptsLists(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  const found = bare(schemaAt(schema, path));
  if (!(found instanceof z.ZodUnion)) return found instanceof z.ZodArray;
  return found.options.some((option) => option instanceof z.ZodArray);
}

/** What a schema says about a place in its input; null where it cannot be followed, as through alternatives. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  return path.reduce<z.ZodType | null>((outer, part) => inside(bare(outer), part), schema);
}

function inside(schema: z.ZodType | null, part: PropertyKey): z.ZodType | null {
  if (schema instanceof z.ZodObject) return schema.shape[String(part)] ?? null;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return null;
}

/** Without what only says that it may be left out. */
function bare(schema: z.ZodType | null): z.ZodType | null {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? bare(schema.unwrap() as z.ZodType) : schema;
}
