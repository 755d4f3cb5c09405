import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildScope, type ScopeParts } from "../../src/cache/scope.ts";

const text = fc.string({ unit: "binary" });
const maybeText = fc.option(text, { nil: undefined });
const maybeNumber = fc.option(fc.nat(), { nil: undefined });
const parts: fc.Arbitrary<ScopeParts> = fc.record({
  tenant: text,
  userId: maybeText,
  profileHash: maybeText,
  model: text,
  modelFingerprint: text,
  sampling: fc.record({ temperature: maybeNumber, topP: maybeNumber, maxTokens: maybeNumber }),
  promptHash: text,
  instructionsHash: maybeText,
  embedderId: text,
  dimensions: fc.nat(),
  documentIds: fc.option(fc.uniqueArray(text), { nil: undefined }),
  locale: maybeText,
  language: text,
  fieldsHash: maybeText,
});
const names = [
  "tenant",
  "userId",
  "profileHash",
  "model",
  "modelFingerprint",
  "sampling",
  "promptHash",
  "instructionsHash",
  "embedderId",
  "dimensions",
  "documentIds",
  "locale",
  "language",
  "fieldsHash",
] as const;
const comparable = (value: unknown) =>
  JSON.stringify(value, (_name, part: unknown) =>
    Array.isArray(part)
      ? part.map(String).toSorted((one, other) => (one < other ? -1 : 1))
      : (part ?? null),
  ) ?? "none";

describe("the scope of an answer", () => {
  it("is a tag of 32 letters and digits, the same for the same parts", () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(buildScope(given)).toMatch(/^[a-z0-9]{32}$/);
        expect(buildScope({ ...given })).toBe(buildScope(given));
      }),
    );
  });

  it.each(names)("is another when %s differs", (name) => {
    fc.assert(
      fc.property(parts, parts, (given, other) => {
        fc.pre(comparable(given[name]) !== comparable(other[name]));
        expect(buildScope({ ...given, [name]: other[name] })).not.toBe(buildScope(given));
      }),
    );
  });

  it("does not take text from one part for text of the next", () => {
    fc.assert(
      fc.property(parts, text, fc.string({ minLength: 1 }), (given, before, moved) => {
        const left = buildScope({ ...given, model: before + moved, modelFingerprint: "" });
        const right = buildScope({ ...given, model: before, modelFingerprint: moved });
        expect(left).not.toBe(right);
      }),
    );
  });

  it("does not heed the order or repetition of document ids", () => {
    fc.assert(
      fc.property(parts, fc.array(text), (given, documentIds) => {
        const reordered = [...documentIds.toReversed(), ...documentIds];
        expect(buildScope({ ...given, documentIds: reordered })).toBe(
          buildScope({ ...given, documentIds }),
        );
      }),
    );
  });

  it("tells an empty document filter from none, and an empty user id from none", () => {
    fc.assert(
      fc.property(parts, ({ documentIds: _documentIds, userId: _userId, ...given }) => {
        expect(buildScope({ ...given, documentIds: [] })).not.toBe(buildScope(given));
        expect(buildScope({ ...given, userId: "" })).not.toBe(buildScope(given));
      }),
    );
  });
});
