import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTokenCounter } from "../../src/models/count-tokens.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

const TEXTS = [
  "",
  " ",
  "\n\n  \t",
  "How do I reset my password?",
  "It's what they'd have DONE, isn't it? I'LL see.",
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  "パスワードを再設定するにはどうすればよいですか？",
  "如何重置我的密码？我忘记了。",
  "ฉันจะรีเซ็ตรหัสผ่านได้อย่างไร",
  "👩‍👩‍👧‍👦 🇦🇹 e\u0301 \ud800 \u00ad\u200b",
  "const x = `${a}`; // 123456789 {}[]()<>||&&\r\n\tif (x) {\n\t\treturn 1;\n\t}",
  "<|endoftext|> and <|im_start|>system",
];

describe("the tokens of a long text", () => {
  const counter = createTokenCounter("gpt-4o-mini");
  const count = (text: string) => counter.count(text);
  const timeOf = (work: () => unknown): number => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  };
  const noise = (length: number) => {
    let [text, state] = ["", 1];
    while (text.length < length) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      text += state.toString(36);
    }
    return text.slice(0, length);
  };

  it("take no more time than those of a text that is counted whole", () => {
    count("warm up");
    const whole = timeOf(() => count(noise(40_000)));
    expect(timeOf(() => count(noise(1_500_000)))).toBeLessThan(5 * whole + 100);
    const messages = Array.from({ length: 50 }, () => noise(30_000));
    expect(timeOf(() => counter.countPrompt(messages))).toBeLessThan(5 * whole + 100);
  });

  it("are estimated within five per cent", async () => {
    const folder = resolve(ROOT, "data/knowledge");
    const names = await readdir(folder);
    const pages = await Promise.all(names.map((name) => readFile(resolve(folder, name), "utf8")));
    for (const page of [pages.join("\n"), noise(20_000)]) {
      const part = page.slice(0, 20_000);
      const times = 10;
      const estimated = count(part.repeat(times));
      expect(Math.abs(estimated / (count(part) * times) - 1)).toBeLessThan(0.05);
    }
  });
});

describe.each([
  ["gpt-4o-mini", "o200k_base"],
  ["gpt-3.5-turbo", "cl100k_base"],
] as const)("the tokens of %s", (model, encoding) => {
  const counter = createTokenCounter(model);
  const reference = require(`gpt-tokenizer/encoding/${encoding}`);
  const expected = (text: string): number =>
    reference.countTokens(text, { disallowedSpecial: new Set() });

  it.each(TEXTS)("are those of the reference: %j", (text) => {
    expect(counter.count(text)).toBe(expected(text));
  });

  it("are those of the reference in the sample documents", async () => {
    const folder = resolve(ROOT, "data/knowledge");
    for (const name of await readdir(folder)) {
      const text = await readFile(resolve(folder, name), "utf8");
      expect(counter.count(text), name).toBe(expected(text));
    }
  });

  it("are those of the reference in any text", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(...TEXTS, "'s", " the", "\r\n", "000", "!!!", "／"),
    );
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(""));
    fc.assert(
      fc.property(text, (given) => {
        // Longer runs are cut.
        fc.pre(!/\S{201}|\s{201}/u.test(given));
        expect(counter.count(given)).toBe(expected(given));
      }),
      { numRuns: 500 },
    );
  });
});
