import { expect, it } from "vitest";
import { browserId } from "../../web/chat/browser-id.ts";

function openStore(kept = new Map<string, string>()) {
  return () => ({
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
}

it("names a browser by the same random id each time, another browser by another", () => {
  const open = openStore();
  const id = browserId(open);
  expect(id).toMatch(/^browser-[0-9a-f]{32}$/);
  expect(browserId(open)).toBe(id);
  const other = `browser-${"0".repeat(32)}`;
  expect(browserId(openStore(new Map([["reprise-browser", other]])))).toBe(other);
  expect(browserId(openStore(new Map([["reprise-browser", "somebody"]])))).not.toBe("somebody");
});

it("goes on where the browser allows no storage", () => {
  const refuse = () => {
    throw new Error("no storage");
  };
  expect(browserId(refuse)).toBe(browserId(refuse));
});
