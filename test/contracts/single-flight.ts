import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Flight, FlightOutcome, SingleFlight } from "../../src/cache/types.ts";
import type { TestTime } from "../support/fake-clock.ts";
import { makeEntry } from "../support/make-entry.ts";

type Open = () => Promise<{ flights: SingleFlight; time: TestTime }>;

const answered = (answer: string): FlightOutcome => ({
  kind: "answered",
  entry: makeEntry({ answer }),
});
const abandoned: FlightOutcome = { kind: "abandoned" };
const failed: FlightOutcome = { kind: "failed", code: "model_failed", message: "Try again." };

function asLeader(flight: Flight) {
  if (flight.role !== "leader") throw new Error("expected to lead");
  return flight;
}

/** What every single-flight promises. `open` gives a fresh one; keys are random. */
export function describeSingleFlight(name: string, open: Open): void {
  async function begin() {
    const { flights, time } = await open();
    onTestFinished(() => flights.close());
    const key = randomUUID();
    const join = (parts: { key?: string; maxFlightMs?: number; signal?: AbortSignal } = {}) =>
      flights.join(parts.key ?? key, { maxFlightMs: 10_000, ...parts });
    return { flights, time, join };
  }

  describe(`single flight: ${name}`, () => {
    it("has one leader among 100, and gives its answer to the others", async () => {
      const { join } = await begin();
      const joining = Array.from({ length: 100 }, () => join());
      const outcome = answered("the same");
      await asLeader(await Promise.race(joining)).finish(outcome);
      const flights = await Promise.all(joining);
      expect(flights.filter(({ role }) => role === "leader")).toHaveLength(1);
      const waited = flights.filter((flight) => flight.role === "follower");
      expect(waited.map((flight) => flight.outcome)).toEqual(Array(99).fill(outcome));
    });

    it("keeps keys apart, whatever they hold", async () => {
      const { join } = await begin();
      const base = randomUUID();
      for (const key of [base, `${base}*`, `${base}:x`, `{${base}}`, `${base}|"'\n`, `${base}é`]) {
        await asLeader(await join({ key })).finish(abandoned);
      }
    });

    it("gives a failure to those who waited", async () => {
      const { join } = await begin();
      const leader = asLeader(await join());
      const waiting = join();
      await leader.finish(failed);
      expect(await waiting).toEqual({ role: "follower", outcome: failed });
    });

    it("is over when it has finished: the next caller leads", async () => {
      const { join } = await begin();
      await asLeader(await join()).finish(answered("first"));
      await asLeader(await join()).finish(failed);
      await asLeader(await join()).finish(abandoned);
    });

    it("uses the first result only", async () => {
      const { join } = await begin();
      const leader = asLeader(await join());
      const waiting = join();
      await leader.finish(answered("first"));
      const next = asLeader(await join());
      const waitingForNext = join();
      await leader.finish(failed);
      await next.finish(abandoned);
      expect(await waiting).toMatchObject({ outcome: { entry: { answer: "first" } } });
      expect(await waitingForNext).toEqual({ role: "follower", outcome: abandoned });
    });

    it("has exactly one next leader when it was abandoned", async () => {
      const { join } = await begin();
      const leader = asLeader(await join());
      const waiting = Array.from({ length: 20 }, () => join());
      await leader.finish(abandoned);
      for (const flight of await Promise.all(waiting)) {
        expect(flight).toEqual({ role: "follower", outcome: abandoned });
      }
      const again = Array.from({ length: 20 }, () => join());
      await asLeader(await Promise.race(again)).finish(failed);
      const roles = (await Promise.all(again)).map(({ role }) => role);
      expect(roles.filter((role) => role === "leader")).toHaveLength(1);
    });

    it("counts a leader that is late as lost, and does not let it disturb the next one", async () => {
      const { join, time } = await begin();
      const late = asLeader(await join({ maxFlightMs: 500 }));
      const waiting = join({ maxFlightMs: 500 });
      await time.advance(1000);
      expect(await waiting).toEqual({ role: "follower", outcome: abandoned });
      const next = asLeader(await join());
      const waitingForNext = join();
      await late.finish(answered("too late"));
      await next.finish(answered("in time"));
      expect(await waitingForNext).toMatchObject({ outcome: { entry: { answer: "in time" } } });
    });

    it("lets one who waits leave, with its reason, and goes on for the others", async () => {
      const { join } = await begin();
      const leader = asLeader(await join());
      const leave = new AbortController();
      const leaving = join({ signal: leave.signal });
      const staying = join();
      const reason = new Error("left");
      const left = expect(leaving).rejects.toBe(reason);
      leave.abort(reason);
      await left;
      await leader.finish(failed);
      expect(await staying).toEqual({ role: "follower", outcome: failed });
    });

    it("does not take off for one who has left already", async () => {
      const { join } = await begin();
      const reason = new Error("left");
      await expect(join({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      await asLeader(await join()).finish(abandoned);
    });
  });
}
