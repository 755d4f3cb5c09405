import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../scripts/ports.ts";
import { defer } from "../support/defer.ts";
import { runMain, type RunningMain } from "../support/run-main.ts";

const FAULTS = "./test/fixtures/faults/throw-on-signal.mjs";

/** A model server that says one word and then waits to be let go on. */
function startModel() {
  const asked = defer<ServerResponse>();
  const send = (reply: ServerResponse, content: string, finish: string | null) => {
    const choice = { index: 0, delta: { content }, finish_reason: finish };
    reply.write(`data: ${JSON.stringify({ id: "c", object: "x", choices: [choice] })}\n\n`);
  };
  const server = createServer((request, reply) => {
    request.resume();
    reply.writeHead(200, { "content-type": "text/event-stream" });
    send(reply, "Half", null);
    asked.resolve(reply);
  });
  return {
    async listen() {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    },
    async finish() {
      const reply = await asked.promise;
      send(reply, " and whole.", "stop");
      reply.end("data: [DONE]\n\n");
    },
    asked: () => asked.promise,
    close: () => server.close(),
  };
}

describe("an unhandled error", { timeout: 60_000 }, () => {
  let model: ReturnType<typeof startModel>;
  let main: RunningMain;
  beforeEach(async () => {
    model = startModel();
    const url = await model.listen();
    main = await runMain({ OPENAI_BASE_URL: url, OPENAI_API_KEY: "k", EMBEDDINGS: "builtin" }, [
      FAULTS,
    ]);
  });
  afterEach(() => {
    main.child.kill("SIGKILL");
    model.close();
  });

  it.each([
    ["SIGUSR2", "uncaughtException", "thrown in a callback"],
    ["SIGWINCH", "unhandledRejection", "a promise that nobody waits for"],
  ] as const)(
    "%s (%s) is logged with its stack, answers in progress finish, requests are rejected, and the exit code is 1",
    async (signal, event, message) => {
      const asking = fetch(`${main.url}/v1/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ message: "What do the pages say?", stream: true }),
      });
      await model.asked();
      main.child.kill(signal);
      const line = await main.logged("Unhandled error. The service drains and exits.");
      expect(line).toMatchObject({ event, err: { message: `planted: ${message}` } });
      expect(line?.err?.stack).toContain("throw-on-signal.mjs");
      expect(await main.logged("shutting down")).toMatchObject({ cause: event });
      await expect(fetch(`${main.url}/livez`)).rejects.toThrow();
      await model.finish();
      expect(await (await asking).text()).toContain("Half and whole.");
      expect(await main.ended()).toBe(1);
    },
  );
});

it("a logged error names source files, not bundles", { timeout: 60_000 }, async () => {
  const refusing = createServer((_request, reply) => reply.writeHead(401).end("{}"));
  refusing.listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/v1`;
  const main = await runMain({
    OPENAI_BASE_URL: address,
    OPENAI_API_KEY: "k",
    EMBEDDINGS: "builtin",
  });
  try {
    const asking = await fetch(`${main.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: "What do the pages say?" }),
    });
    expect(asking.status).toBeGreaterThanOrEqual(500);
    const line = await main.logged("an answer failed");
    expect(line?.err?.stack).toMatch(/ \(?(?:async )?src\/[\w/-]+\.ts:\d+:\d+/);
    expect(line?.err?.stack.replaceAll(/node_modules\/\S+/g, "")).not.toContain("dist/");
  } finally {
    main.child.kill("SIGKILL");
    refusing.close();
  }
});

it("SIGTERM ends the service with exit code 0", { timeout: 60_000 }, async () => {
  const main = await runMain({});
  main.child.kill("SIGTERM");
  main.child.kill("SIGTERM");
  expect(await main.ended()).toBe(0);
});

it.skipIf(process.platform !== "linux")(
  "a full disk under the log does not end the service",
  { timeout: 60_000 },
  async () => {
    const port = await freePort();
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, ["dist/main.js"], {
      env: { PATH: process.env["PATH"], PORT: String(port), DATA_DIR: ":memory:" },
      stdio: ["ignore", full, "inherit"],
    });
    closeSync(full);
    const ready = async () => {
      if (child.exitCode !== null) return child.exitCode;
      return fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ status }) => status,
        () => "not yet",
      );
    };
    await expect.poll(ready, { timeout: 50_000 }).toBe(200);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  },
);
