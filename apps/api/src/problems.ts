import { ACCESS_PROBLEMS } from "./problems/access-problems.ts";
import { ACCOUNT_PROBLEMS } from "./problems/account-problems.ts";
import { CONVERSION_PROBLEMS } from "./problems/conversion-problems.ts";
import type { Problems } from "./problems/problem-entry.ts";
import { RELAY_PROBLEMS } from "./problems/relay-problems.ts";
import { REQUEST_PROBLEMS } from "./problems/request-problems.ts";

/** Every error code this API answers with. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...ACCESS_PROBLEMS,
  ...CONVERSION_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...RELAY_PROBLEMS,
} as const satisfies Problems;

export type ProblemCode = keyof typeof PROBLEMS;
