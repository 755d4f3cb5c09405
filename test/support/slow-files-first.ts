import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest: most of their time is spent on browsers, builds and servers. */
const SLOW =
  /\/test\/(?:browser|scripts)\/|\/(?:model-servers|document-drift|start-problems|guard-process)\.test/u;

/** Starts slow files first, so that none of them runs alone at the end. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
