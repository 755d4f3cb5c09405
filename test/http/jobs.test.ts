import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeZip } from "../support/make-office.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

async function send(content: string | Uint8Array<ArrayBuffer>, name: string, id?: string) {
  const form = new FormData();
  form.append("file", new Blob([content]), name);
  if (id !== undefined) form.append("id", id);
  const response = await fetch(`${server.url}/v1/documents?async=true`, {
    method: "POST",
    body: form,
  });
  return { status: response.status, json: JSON.parse(await response.text()), response };
}

async function ended(id: string) {
  for (let tries = 0; tries < 200; tries += 1) {
    const { json } = await server.call("GET", `/v1/jobs/${id}`);
    if (!["queued", "running"].includes(json.job.state)) return json.job;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the job does not end");
}

describe("a document that is stored behind the reply", () => {
  it("is a job, which ends with the report of the file", async () => {
    const zip = makeZip({ "a.md": "The quay is 90 m long.", "b.gif": "GIF89a" });
    const { status, json, response } = await send(zip, "quay.zip", "quay");
    expect(status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/jobs/${json.job.id}`);
    expect(json.job.files).toEqual([{ file: "quay.zip", document_id: "quay" }]);
    expect(await ended(json.job.id)).toMatchObject({
      state: "done",
      step: "ended",
      files: [
        {
          file: "quay.zip",
          report: { id: "quay", version: 1, passages: 1, embedded: 1, invalidated_answers: 0 },
          skipped: [{ file: "b.gif" }],
        },
      ],
    });
    expect((await server.call("GET", "/v1/documents/quay")).json.title).toBe("quay");
  });

  it("that cannot be read ends with the reason, and nothing is stored", async () => {
    const { json } = await send("%PDF-1.7", "half.pdf", "half");
    expect(await ended(json.job.id)).toMatchObject({
      state: "failed",
      files: [
        {
          error: { code: "invalid_request", status: 400, message: expect.stringContaining("PDF") },
        },
      ],
    });
    expect((await server.call("GET", "/v1/documents/half")).status).toBe(404);
  });

  it("is followed as a stream of events, which ends with the job", async () => {
    const { json } = await send("Text. ".repeat(2_000), "long.txt");
    const response = await fetch(`${server.url}/v1/jobs/${json.job.id}`, {
      headers: { accept: "text/event-stream" },
    });
    const events = (await response.text()).match(/^event: .*$/gm) ?? [];
    expect(events.at(-1)).toBe("event: job-end");
    expect(events.slice(0, -1).every((event) => event === "event: job-progress")).toBe(true);
  });

  it("may be cancelled, and a job that has ended stays as it was", async () => {
    const busy = await Promise.all(
      [1, 2, 3].map((n) => send(`${"Word. ".repeat(200_000)}${n}`, "a.txt", `busy-${n}`)),
    );
    const last = busy[2]?.json.job.id;
    const { status } = await server.call("DELETE", `/v1/jobs/${last}`);
    expect(status).toBe(200);
    expect((await ended(last)).state).toMatch(/cancelled|done/);
    const done = await ended(busy[0]?.json.job.id);
    const { json } = await server.call("DELETE", `/v1/jobs/${done.id}`);
    expect(json.job).toEqual(done);
  });

  it("is refused at once where the request itself is wrong", async () => {
    const wrong = await send("Text.", "a.md", "no id");
    expect([wrong.status, wrong.json.error.param]).toEqual([400, "id"]);
    const both = await server.call("POST", "/v1/documents?async=true&dry_run=true", {
      title: "T",
      text: "a",
    });
    expect([both.status, both.json.error.param]).toEqual([400, "async"]);
    expect((await server.call("GET", "/v1/jobs/nothing")).status).toBe(404);
    expect((await server.call("DELETE", "/v1/jobs/nothing")).status).toBe(404);
  });

  it("may be given as JSON", async () => {
    const { status, json } = await server.call("POST", "/v1/documents?async=true", {
      title: "Tides",
      text: "Low at six.",
      id: "tides",
    });
    expect(status).toBe(202);
    expect((await ended(json.job.id)).files[0].report.id).toBe("tides");
  });
});
