import type { HelperProcess } from "./helper-process.ts";
import type { LoadPlan, LoadReport } from "./load/load-plan.ts";
import type { Relay } from "./relay.ts";
import type { Servers } from "./servers.ts";
import type { Sizes } from "./sizes.ts";

/** What every measurement works with. */
export interface Workbench {
  readonly servers: Servers;
  /** The relay with one worker, and customers whose clicks it knows. Started when it is first wanted, and then shared. */
  readonly relay: () => Promise<Relay>;
  /** Order systems, in a process of their own. */
  readonly load: HelperProcess<LoadPlan, LoadReport>;
  readonly sizes: Sizes;
  /** Told what is measured now. */
  readonly progress: (line: string) => void;
}
