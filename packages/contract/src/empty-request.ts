import { z } from "zod";

export const EmptyRequest = z
  .strictObject({})
  .meta({ id: "EmptyRequest", description: "Nothing has to be said; a body may be left out.", examples: [{}] });
