import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

async function begin() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const cause = new Error("connect ECONNREFUSED 10.0.0.9:443");
  const model = scriptedModel(() => ({ text: "", error: cause }));
  const server = await startService({}, { model }, pino({ level: "info" }, stream));
  onTestFinished(() => server.close());
  const text = "Refunds are paid within 30 days of purchase.";
  await server.call("POST", "/v1/documents", { title: "Help", text });
  const failures = () =>
    lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "an answer failed");
  return { server, failures };
}

it.each([
  ["JSON", "/v1/chat", { message: "When are refunds paid?" }],
  ["a stream", "/v1/chat", { message: "When are refunds paid?", stream: true }],
  [
    "OpenAI's format",
    "/v1/chat/completions",
    { model: "any", messages: [{ role: "user", content: "When are refunds paid?" }] },
  ],
])("why an answer failed is in the log once, and nowhere else: %s", async (_name, path, body) => {
  const { server, failures } = await begin();
  const { text } = await server.call("POST", path, body);
  expect(text).toContain("model_failed");
  expect(text).not.toContain("10.0.0.9");
  expect(failures()).toHaveLength(1);
  expect(failures()[0]).toMatchObject({
    level: 50,
    code: "model_failed",
    err: { message: expect.stringContaining("connect ECONNREFUSED 10.0.0.9:443") },
  });
});
