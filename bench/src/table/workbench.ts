import type { Stand } from "../stand/with-stand.ts";
import type { Sizes } from "./sizes.ts";
import type { WarmRelay } from "./warm-relay.ts";

/** What every measurement works with. */
export interface Workbench extends WarmRelay, Stand {
  readonly sizes: Sizes;
  /** Told what is measured now. */
  readonly progress: (line: string) => void;
}
