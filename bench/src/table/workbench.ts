import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import type { HelperProcess } from "../stand/helper-process.ts";
import type { Servers } from "../stand/servers.ts";
import type { Sizes } from "./sizes.ts";
import type { WarmRelay } from "./warm-relay.ts";

/** What every measurement works with. */
export interface Workbench extends WarmRelay {
  readonly servers: Servers;
  /** Order systems, in a process of their own. */
  readonly load: HelperProcess<LoadPlan, LoadReport>;
  readonly sizes: Sizes;
  /** Told what is measured now. */
  readonly progress: (line: string) => void;
}
