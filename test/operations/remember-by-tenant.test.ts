import { expect, it } from "vitest";
import { rememberByTenant } from "../../src/operations/remember.ts";

it("reuses values within a tenant, never across tenants", () => {
  const made: string[] = [];
  const make = (text: string) => {
    made.push(text);
    return { text };
  };
  const nameOf = (text: string) => (text.length > 5 ? undefined : text);
  const read = rememberByTenant(make, { max: 10, nameOf });
  expect(read("a", "acme")).toBe(read("a", "acme"));
  expect(made).toEqual(["a"]);
  read("a", "globex");
  read("a", undefined);
  read("a", undefined);
  expect(made).toEqual(["a", "a", "a", "a"]);
  for (const _time of [1, 2]) read("too long", "acme");
  expect(made.slice(4)).toEqual(["too long", "too long"]);
});
