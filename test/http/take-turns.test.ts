import type { Request, Response } from "express";
import { expect, it } from "vitest";
import { createArrivals } from "../../src/operations/concurrency.ts";
import { takeTurns } from "../../src/http/every-request.ts";

/** Begins requests at once; each takes a millisecond of the process. */
function createBurst() {
  const middleware = takeTurns(createArrivals());
  const begun: string[] = [];
  const arrive = (path: string, name: string) =>
    void middleware({ path } as Request, {} as Response, () => {
      begun.push(name);
      const until = performance.now() + 1;
      while (performance.now() < until);
    });
  return { arrive, begun };
}

it("begins requests that have arrived together over many turns, in their order", async () => {
  const { arrive, begun } = createBurst();
  const names = Array.from({ length: 200 }, (_value, index) => `${index}`);
  for (const name of names) arrive("/v1/chat", name);
  expect(begun.length).toBeGreaterThan(0);
  expect(begun.length).toBeLessThan(50);
  await expect.poll(() => begun.length).toBe(200);
  expect(begun).toEqual(names);
});

it("lets nobody wait who asks whether the process lives", () => {
  const { arrive, begun } = createBurst();
  for (let index = 0; index < 200; index += 1) arrive("/v1/chat", "chat");
  arrive("/livez", "livez");
  arrive("/readyz", "readyz");
  expect(begun.slice(-2)).toEqual(["livez", "readyz"]);
});
