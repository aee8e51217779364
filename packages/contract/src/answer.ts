import type { z } from "zod";

/** What the API answers, as those see it who may only read it. */
export type Answer<Schema extends z.ZodType> = ReadonlyDeep<z.output<Schema>>;

/** The same, and nobody may change it at any depth. */
export type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value;
