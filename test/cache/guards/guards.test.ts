import { describe, expect, it } from "vitest";
import { compare } from "./english.ts";

it("finds opposites and leaves rewordings alone", () => {
  expect(compare("How do I enable 2FA?", "How do I disable two-factor login?")).toEqual([
    { guard: "opposites", strength: "hard", reason: "opposites" },
  ]);
  expect(compare("How do I enable 2FA?", "How can I turn on two-factor login?")).toEqual([]);
});

describe("switches", () => {
  it("turn one guard off and leave the others on", () => {
    const pair = ["Enable it in 2023", "Disable it in 2024"] as const;
    expect(compare(...pair).map(({ guard }) => guard)).toEqual(["dates", "opposites"]);
    expect(compare(...pair, { dates: false }).map(({ guard }) => guard)).toEqual(["opposites"]);
    expect(compare(...pair, { dates: false, opposites: false })).toEqual([]);
  });
});
