import { describe, expect, it, vi } from "vitest";
import { createIngestJobs } from "../../src/knowledge/ingest-jobs.ts";
import type { Ingest } from "../../src/knowledge/ingest.ts";
import type { JobWork } from "../../src/knowledge/job-types.ts";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlJobs } from "../../src/records/sql-jobs.ts";

const REPORT = {
  id: "a",
  isNew: true,
  version: 1,
  passages: 1,
  embedded: 1,
  reused: 0,
  removed: 0,
  invalidatedAnswers: 0,
};

async function open(put: Ingest["put"] = async () => REPORT) {
  const store = createSqlJobs(await openDatabase(":memory:"));
  let time = 1_000_000;
  let count = 0;
  const newId = (prefix: string) => `${prefix}_${(count += 1)}`;
  const make = () => createIngestJobs({ store, ingest: { put }, newId, now: () => time });
  return { make, store, jobs: make(), pass: (milliseconds: number) => (time += milliseconds) };
}

const work = (bytes = 1): JobWork => ({
  file: "a.md",
  documentId: "a",
  bytes,
  read: async () => ({ document: { id: "a", title: "A", text: "a", source: null }, skipped: [] }),
});

/** Waits for what the job has begun. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

/** A put that goes on until it is cancelled. */
const untilCancelled: Ingest["put"] = ({ signal }) =>
  new Promise((_resolve, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });

describe("jobs", () => {
  it("of one tenant are not another's", async () => {
    const { jobs } = await open();
    const { id } = await jobs.start("one", work());
    await settle();
    expect(await jobs.get({ tenant: "two", id })).toBeUndefined();
    expect((await jobs.get({ tenant: "one", id }))?.state).toBe("done");
  });

  it("are cancelled from another replica", async () => {
    const { jobs, make } = await open(async (write) => {
      write.onProgress?.(0, 10);
      await settle();
      write.onProgress?.(1, 10);
      await settle();
      write.signal?.throwIfAborted();
      return REPORT;
    });
    const { id } = await jobs.start("one", work());
    await make().cancel({ tenant: "one", id });
    for (let tries = 0; tries < 10; tries += 1) await settle();
    expect((await jobs.get({ tenant: "one", id }))?.state).toBe("cancelled");
  });

  it("have failed where their process has ended, and say that the file must be sent again", async () => {
    const { jobs, make, pass } = await open(untilCancelled);
    const { id } = await jobs.start("one", work());
    await settle();
    const other = make();
    expect((await other.get({ tenant: "one", id }))?.state).toBe("running");
    pass(60_000);
    expect(await other.get({ tenant: "one", id })).toMatchObject({
      state: "failed",
      files: [
        { error: { code: "stopped", message: expect.stringContaining("send the file again") } },
      ],
    });
    await jobs.close();
  });

  it("have not failed while they wait for their turn, however long", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { jobs, make, pass } = await open(untilCancelled);
    await Promise.all([jobs.start("one", work()), jobs.start("one", work())]);
    const { id } = await jobs.start("one", work());
    await settle();
    pass(60_000);
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    await settle();
    expect((await make().get({ tenant: "one", id }))?.state).toBe("queued");
    await jobs.close();
  });

  it("stay ended where an earlier note comes late", async () => {
    const { jobs, store } = await open();
    const { id } = await jobs.start("one", work());
    await settle();
    const ended = await store.get({ tenant: "one", id });
    expect(ended?.state).toBe("done");
    if (ended !== undefined) await store.update({ ...ended, state: "running", step: "embedding" });
    expect((await store.get({ tenant: "one", id }))?.state).toBe("done");
  });

  it("end as failed when the service is closed, and none begins any more", async () => {
    const { jobs } = await open(untilCancelled);
    const { id } = await jobs.start("one", work());
    await settle();
    await jobs.close();
    expect((await jobs.get({ tenant: "one", id }))?.files[0]?.error?.code).toBe("stopped");
    await expect(jobs.start("one", work())).rejects.toMatchObject({ code: "overloaded" });
  });

  it("are refused while too many bytes wait, and taken again later", async () => {
    const { jobs } = await open(untilCancelled);
    const half = 40 * 1024 * 1024;
    const { id } = await jobs.start("one", work(half));
    await expect(jobs.start("one", work(half))).rejects.toMatchObject({ code: "overloaded" });
    await jobs.cancel({ tenant: "one", id });
    await settle();
    expect((await jobs.start("one", work(half))).state).toBe("queued");
    await jobs.close();
  });

  it("are forgotten after a week", async () => {
    const { jobs, pass } = await open();
    const { id } = await jobs.start("one", work());
    await settle();
    pass(8 * 24 * 60 * 60 * 1000);
    await jobs.start("one", work());
    expect(await jobs.get({ tenant: "one", id })).toBeUndefined();
    await settle();
  });

  it("hide what an unknown error says", async () => {
    const { jobs } = await open(async () => {
      throw new Error("password=secret");
    });
    const { id } = await jobs.start("one", work());
    await settle();
    const [file] = (await jobs.get({ tenant: "one", id }))?.files ?? [];
    expect(file?.error).toMatchObject({ code: "internal_error", status: 500 });
    expect(file?.error?.message).not.toContain("secret");
  });
});
