import { describe, expect, it } from "vitest";
import { planCache } from "../../src/answer/plan-cache.ts";

const request = { mode: "default", ttlSeconds: 3_600, standsAlone: true } as const;
const CLOSED = { read: false, exactOnly: false, write: false, status: "bypass" };

describe("what a request may do with the cache", () => {
  it("is all of it for a question that stands alone", () => {
    expect(planCache(request)).toMatchObject({ read: true, write: true, status: "miss" });
  });

  it("is nothing for small talk, whatever the scope", () => {
    const plan = planCache({ ...request, heldBack: "small-talk", profileInScope: true });
    expect(plan).toEqual({ ...CLOSED, reasons: ["small-talk"] });
  });

  it("is nothing for a question about oneself, but in the scope of one's profile", () => {
    const about = { ...request, heldBack: "about-oneself" } as const;
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
    expect(planCache({ ...unresolved, heldBack: "about-oneself" })).toEqual(plan);
  });

  it("is nothing for what is handed to the model, and the exact tier for structured answers", () => {
    expect(planCache({ ...request, cacheUse: "none" })).toEqual({
      ...CLOSED,
      reasons: ["passed-through"],
    });
    expect(planCache({ ...request, cacheUse: "exact" })).toMatchObject({
      read: true,
      exactOnly: true,
      write: true,
    });
  });

  it("tells a requested bypass first", () => {
    const plan = planCache({ ...request, mode: "bypass", heldBack: "small-talk" });
    expect(plan.reasons).toEqual(["bypass-requested"]);
  });
});
