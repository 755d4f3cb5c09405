import { describe, expect, it } from "vitest";
import { compare } from "./english.ts";
import { nearMisses } from "./near-misses.ts";
import { rewordings } from "./rewordings.ts";

describe("rewordings stay quiet", () => {
  it.each(rewordings)("%s | %s", (one, other) => {
    expect(compare(one, other)).toEqual([]);
    expect(compare(other, one)).toEqual([]);
  });
});

describe("near misses are found", () => {
  it.each(nearMisses)("%s, %s: %s | %s", (guard, strength, one, other) => {
    const finding = expect.objectContaining({ guard, strength });
    expect(compare(one, other)).toContainEqual(finding);
    expect(compare(other, one)).toContainEqual(finding);
    expect(compare(one, other, { [guard]: false }).map((each) => each.guard)).not.toContain(guard);
  });
});

it("says what differs with a stable code", () => {
  expect(compare("How do I enable 2FA?", "How do I disable two-factor login?")).toEqual([
    { guard: "opposites", strength: "hard", reason: "opposites" },
  ]);
  expect(compare("Enable it in 2023", "Disable it in 2024").map(({ reason }) => reason)).toEqual([
    "dates-differ",
    "opposites",
  ]);
});
