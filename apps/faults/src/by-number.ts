import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Runs the fault tests by their numbers, so that a run reads like the table of the test docs. */
export class ByNumber extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId));
  }
}
