import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { contentStems, words } from "../../src/language/words.ts";

describe("the words of a text", () => {
  it.each([
    [
      "English",
      "Don't RESET v1.2 — the café's naïve Ångström!",
      "don t reset v1 2 the cafe s naive angstrom",
    ],
    ["German", "Größe: 5 Äpfel", "große 5 apfel"],
    ["other forms of letters", "ＡＢＣ１２ ﬁle ①", "abc12 file 1"],
    ["emoji", "❤️ 1️⃣ 👩‍💻 ok", "1 ok"],
    ["Russian", "Ёлка й", "елка и"],
    ["Hebrew and Arabic with vowel signs", "שָׁלוֹם مَرْحَبًا", "שלום مرحبا"],
    ["Hindi, with its vowel signs", "हिन्दी में पासवर्ड", "हिन्दी में पासवर्ड"],
    ["Korean, in pairs of syllables", "비밀번호를 재설정", "비밀 밀번 번호 호를 재설 설정"],
    ["short Korean", "왜 환불", "왜 환불"],
  ])("%s", (_what, text, expected) => {
    expect(words(text).join(" ")).toBe(expected);
  });

  it.each([
    ["Chinese", "退款将在30天内支付。", ["退款", "30", "支付"]],
    ["Chinese with Latin letters", "删除iPhone手机", ["删除", "iphone", "手机"]],
    ["Japanese", "パスワードをリセットする", ["パスワード", "を", "リセット"]],
    ["half-width Japanese", "ﾊﾟｽﾜｰﾄﾞをﾘｾｯﾄ", ["パスワード", "を", "リセット"]],
    ["Thai", "ทำรหัสผ่านใหม่", ["ทำ", "รหัส", "ใหม่"]],
  ])("%s is cut by a dictionary, and nothing is lost", (_what, text, some) => {
    const found = words(text);
    expect(found).toEqual(expect.arrayContaining(some));
    const letters = text.normalize("NFKC").toLowerCase().replace("。", "");
    expect(found.join("").normalize("NFKC")).toBe(letters);
  });

  it("are the same however the letters are composed", () => {
    for (const text of ["café パスワード", "ทำน้ำ 비밀번호", "đường हिन्दी"]) {
      expect(words(text.normalize("NFD"))).toEqual(words(text));
    }
  });

  it("are no longer than 40 characters", () => {
    expect(words(`${"a".repeat(40)} ${"b".repeat(41)} é${"b".repeat(40)} c`)).toEqual([
      "a".repeat(40),
      "c",
    ]);
  });

  it("of ASCII are cut as those of any text are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => {
        expect(words(text)).toEqual(words(`${text} é`).slice(0, -1));
      }),
    );
  });

  it("are cut from short runs only, since the dictionaries are slow in long ones", () => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, "segment");
    const found = words("重置密码".repeat(2_000) + "𠮷".repeat(1_000));
    expect(found.join("")).toBe("重置密码".repeat(2_000) + "𠮷".repeat(1_000));
    const lengths = segment.mock.calls.map(([run]) => Array.from(run).length);
    segment.mockRestore();
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(9_000);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(500);
  });
});

describe("the content stems of a text", () => {
  it("leave out what says nothing, in each language", () => {
    expect(contentStems("How do I reset my passwords?")).toEqual(["reset", "password"]);
    for (const [question, subject] of [
      ["如何删除我的密码？", "删除 密码"],
      ["パスワードをリセットするには？", "パスワード リセット"],
      ["รหัสผ่านคืออะไร", "รหัส ผ่าน"],
    ] as const) {
      expect(contentStems(question).join(" ")).toBe(subject);
    }
  });
});
