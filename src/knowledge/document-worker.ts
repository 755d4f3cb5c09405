import { parentPort } from "node:worker_threads";
import { documentJobSchema, runDocumentJob } from "./document-jobs.ts";

// Entry point of a worker thread: one job at a time, with one reply each.
parentPort?.on("message", (job: unknown) => {
  void runDocumentJob(documentJobSchema.parse(job)).then((reply) =>
    parentPort?.postMessage(reply, []),
  );
});
