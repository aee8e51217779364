import { z } from "zod";

export const MetaId = z.string().regex(/^[0-9]{1,32}$/, "must be digits, as Meta's ids are");
export const ClickId = z.string().min(1).max(2048);
