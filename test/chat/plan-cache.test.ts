import { describe, expect, it } from "vitest";
import { planCache } from "../../src/chat/plan-cache.ts";

const request = { mode: "default", ttlSeconds: 3_600, standsAlone: true } as const;
const CLOSED = { read: false, write: false, status: "bypass" };

describe("what a request may do with the cache", () => {
  it("is all of it for a question that stands alone", () => {
    expect(planCache(request)).toMatchObject({ read: true, write: true, status: "miss" });
  });

  it("is nothing for small talk, whatever the scope", () => {
    const plan = planCache({ ...request, privateKind: "small-talk", profileInScope: true });
    expect(plan).toEqual({ ...CLOSED, reasons: ["small-talk"] });
  });

  it("is nothing for a question about oneself, but in the scope of one's profile", () => {
    const about = { ...request, privateKind: "about-oneself" } as const;
    expect(planCache(about)).toEqual({ ...CLOSED, reasons: ["about-oneself"] });
    expect(planCache({ ...about, profileInScope: true })).toMatchObject({
      read: true,
      write: true,
    });
  });

  it("is nothing for a follow-up that was not resolved, a profile or not", () => {
    const unresolved = { ...request, standsAlone: false, profileInScope: true };
    const plan = { ...CLOSED, reasons: ["follow-up-not-resolved"] };
    expect(planCache(unresolved)).toEqual(plan);
    expect(planCache({ ...unresolved, privateKind: "about-oneself" })).toEqual(plan);
  });

  it("tells a requested bypass first", () => {
    const plan = planCache({ ...request, mode: "bypass", privateKind: "small-talk" });
    expect(plan.reasons).toEqual(["bypass-requested"]);
  });
});
