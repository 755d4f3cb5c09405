import { parentPort } from "node:worker_threads";
import { documentJobSchema, runDocumentJob } from "./document-jobs.ts";

// The entry of a worker thread: one job at a time, and a reply for each.
parentPort?.on("message", (job: unknown) => {
  void runDocumentJob(documentJobSchema.parse(job)).then((reply) =>
    parentPort?.postMessage(reply, []),
  );
});
