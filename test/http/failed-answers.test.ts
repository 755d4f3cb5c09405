import { on, once } from "node:events";
import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
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
    { model: "default", messages: [{ role: "user", content: "When are refunds paid?" }] },
  ],
])("why an answer failed is in the log once, and nowhere else: %s", async (_name, path, body) => {
  const { server, failures } = await begin();
  const { text, headers } = await server.call("POST", path, body);
  expect(text).toContain("model_failed");
  expect(text).not.toContain("10.0.0.9");
  expect(failures()).toHaveLength(1);
  expect(failures()[0]).toMatchObject({
    level: 50,
    code: "model_failed",
    requestId: headers.get("x-request-id"),
    err: { message: expect.stringContaining("connect ECONNREFUSED 10.0.0.9:443") },
  });
});

it("a socket's failure has the same id in the log as in its error", async () => {
  const { server, failures } = await begin();
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
  await once(socket, "open");
  const message = { type: "chat", request_id: "r1", message: "When are refunds paid?" };
  socket.send(JSON.stringify(message));
  for await (const [data] of on(socket, "message")) {
    const { type, error } = JSON.parse(String(data));
    if (type !== "answer-error") continue;
    expect(error.request_id).toMatch(/^req_/);
    await expect.poll(failures).toMatchObject([{ requestId: error.request_id }]);
    break;
  }
  socket.close();
});
