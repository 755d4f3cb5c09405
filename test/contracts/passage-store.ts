import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EmbeddedPassage, PassageQuery, PassageStore } from "../../src/knowledge/types.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

export type Open = (options: { dimensions: number }) => Promise<PassageStore>;

const DIMENSIONS = 4;
const HEADINGS = ["First", "Second"];
export const east = unitVector([1, 0, 0, 0]);
const north = unitVector([0, 1, 0, 0]);
const northEast = unitVector([1, 1, 0, 0]);

/** Names that mean something to query languages, patterns and key builders. */
export const HOSTILE = [
  "*",
  "a|b",
  "{x}",
  `"q"`,
  "it's",
  "a b",
  "a:b",
  "@t:{*}",
  "a,b",
  "\\",
  "日🙂",
];

/** A fresh store with a random tenant. */
export async function beginWith(open: Open) {
  const passages = await open({ dimensions: DIMENSIONS });
  onTestFinished(() => passages.close());
  const tenant = `tenant-${randomUUID()}`;
  const search = async (query: Partial<PassageQuery> = {}) => {
    const found = await passages.search({
      tenant,
      text: "refunds",
      vector: east,
      limit: 10,
      ...query,
    });
    return {
      byVector: found.byVector.map(({ passage }) => passage.id),
      byText: found.byText.map(({ passage }) => passage.id),
    };
  };
  const put = (documentId: string, texts: readonly [string, Float32Array][], of = tenant) =>
    passages.replaceDocument({ tenant: of, documentId, passages: make(documentId, texts) });
  return { passages, tenant, search, put };
}

/** What every passage store promises. `open` gives a fresh one; tenants are random. */
export function describePassageStore(name: string, open: Open): void {
  const begin = () => beginWith(open);

  describe(`passage store: ${name}`, () => {
    it("finds by meaning and by words, best first, and gives passages back as they were", async () => {
      const { passages, tenant, put } = await begin();
      const text = `Refunds: 日本語 🙂 | "quoted" {braces} * : \\ - @x\nline`;
      await put("billing", [
        [text, east],
        ["Shipping takes three days.", northEast],
      ]);
      const found = await passages.search({ tenant, text: "refunds", vector: east, limit: 10 });
      const { vector: _vector, ...passage } = make("billing", [[text, east]])[0] ?? {
        vector: east,
      };
      expect(found.byVector.map(({ score }) => Math.round(score * 1_000))).toEqual([1_000, 707]);
      expect(found.byVector[0]?.passage).toEqual(passage);
      expect(found.byText.map(({ passage }) => passage)).toEqual([passage]);
      expect(found.byText[0]?.score).toBeGreaterThan(0);
    });

    it("finds by words alone where the question has no vector", async () => {
      const { search, put } = await begin();
      await put("billing", [["Refunds take 30 days.", east]]);
      await put("far", [["Shipping takes three days.", north]]);
      const { byVector, byText } = await search({ text: "refunds", vector: undefined });
      expect([byVector, byText.length]).toEqual([[], 1]);
      const elsewhere = await search({ vector: undefined, documentIds: ["far"] });
      expect(elsewhere).toEqual({ byVector: [], byText: [] });
    });

    it("finds a word that no passage has by those of which it may be a typo, and only then", async () => {
      const { search, put } = await begin();
      const texts = ["Change the password.", "Invitations are sent.", "A charge of the battery."];
      for (const [at, text] of texts.entries()) await put(`help${at}`, [[text, east]]);
      for (const [at, text] of ["chnage pasword", "invitaton", "charge waht elephant"].entries()) {
        expect((await search({ text })).byText).toEqual([`help${at}/${texts[at]}`]);
      }
    });

    it("searches the title and the headings too", async () => {
      const { passages, tenant, search } = await begin();
      const passage = makePassage({ id: "psg_1", title: "Invoices", headings: ["Cancelling"] });
      await passages.replaceDocument({
        tenant,
        documentId: "help",
        passages: [{ ...passage, vector: north }],
      });
      expect((await search({ text: "invoices" })).byText).toEqual(["psg_1"]);
      expect((await search({ text: "cancelling" })).byText).toEqual(["psg_1"]);
    });

    it("keeps tenants apart, whatever they are called", async () => {
      const { passages, search, put } = await begin();
      const tenants = HOSTILE.map((name) => `${name}-${randomUUID()}`);
      for (const tenant of tenants) await put("help", [[`refunds of ${tenant}`, east]], tenant);
      for (const tenant of tenants) {
        const own = [`help/refunds of ${tenant}`];
        expect(await search({ tenant })).toEqual({ byVector: own, byText: own });
        expect(await passages.count(tenant)).toBe(1);
        expect(
          await passages.existing({ tenant, passageIds: [`help/refunds of ${tenants[0]}`] }),
        ).toEqual(new Set(tenant === tenants[0] ? own : []));
      }
      await passages.removeDocument({ tenant: tenants[0] ?? "", documentId: "help" });
      expect(await search({ tenant: tenants[1] ?? "" })).not.toEqual({ byVector: [], byText: [] });
    });

    it("looks only into the documents asked for, exactly by their ids", async () => {
      const { search, put } = await begin();
      for (const id of ["a", "a-b", "ab", "A"]) await put(id, [[`refunds ${id}`, east]]);
      expect(await search({ documentIds: ["a"] })).toEqual({
        byVector: ["a/refunds a"],
        byText: ["a/refunds a"],
      });
      expect((await search({ documentIds: ["a-b", "A"] })).byVector.sort()).toEqual([
        "A/refunds A",
        "a-b/refunds a-b",
      ]);
      for (const hostile of HOSTILE) {
        expect(await search({ documentIds: [hostile] })).toEqual({ byVector: [], byText: [] });
      }
      expect(await search({ documentIds: [] })).toEqual({ byVector: [], byText: [] });
    });

    it("finds a far passage of the documents asked for behind many near ones of others", async () => {
      const { search, put } = await begin();
      await put("far", [["refunds far away", north]]);
      await put("near", numbered(50, "refunds near"));
      expect(await search({ documentIds: ["far"], limit: 3 })).toEqual({
        byVector: ["far/refunds far away"],
        byText: ["far/refunds far away"],
      });
    });

    it("replaces a document's passages and leaves no tail of the longer one", async () => {
      const { passages, tenant, search, put } = await begin();
      await put("help", numbered(20, "refunds"));
      await put("help", [["refunds 3", east]]);
      expect(await passages.count(tenant)).toBe(1);
      expect(await search({ limit: 50 })).toEqual({
        byVector: ["help/refunds 3"],
        byText: ["help/refunds 3"],
      });
      expect(
        await passages.existing({ tenant, passageIds: ["help/refunds 3", "help/refunds 4"] }),
      ).toEqual(new Set(["help/refunds 3"]));
    });

    it("keeps an unchanged passage's vector and words current when it is put again", async () => {
      const { search, put } = await begin();
      await put("help", [["refunds", east]]);
      await put("help", [["refunds", north]]);
      await put("other", [["returns", northEast]]);
      expect((await search({ vector: north })).byVector).toEqual(["help/refunds", "other/returns"]);
    });

    it("names the passages of a document that can be found", async () => {
      const { passages, tenant, put } = await begin();
      await put("help", numbered(3, "refunds"));
      await put("other", [["returns", east]]);
      await put("help", [
        ["refunds 1", east],
        ["more", north],
      ]);
      const idsOf = (documentId: string) => passages.idsOf({ tenant, documentId });
      expect(await idsOf("help")).toEqual(new Set(["help/refunds 1", "help/more"]));
      await passages.removeDocument({ tenant, documentId: "help" });
      expect(await idsOf("help")).toEqual(new Set());
      expect(await idsOf("other")).toEqual(new Set(["other/returns"]));
    });

    it("removes a document, and does not mind when there is none", async () => {
      const { passages, tenant, search, put } = await begin();
      await put("help", [["refunds", east]]);
      await put("other", [["refunds too", east]]);
      await passages.removeDocument({ tenant, documentId: "help" });
      await passages.removeDocument({ tenant, documentId: "help" });
      await passages.removeDocument({ tenant: randomUUID(), documentId: "help" });
      expect((await search()).byText).toEqual(["other/refunds too"]);
      await put("other", []);
      expect(await search()).toEqual({ byVector: [], byText: [] });
      expect(await passages.count(tenant)).toBe(0);
    });

    it("names another state after every change of the tenant's documents, and of theirs only", async () => {
      const { passages, tenant, put } = await begin();
      const states = [await passages.version(tenant)];
      expect(states).toEqual([""]);
      const change = async (work: Promise<void>) => {
        await work;
        states.push(await passages.version(tenant));
      };
      await change(put("billing", [["Refunds take 30 days.", east]]));
      await change(put("billing", [["Refunds take 40 days.", east]]));
      await change(put("billing", [["Refunds take 30 days.", east]]));
      await change(passages.removeDocument({ tenant, documentId: "billing" }));
      expect(new Set(states).size).toBe(5);
      await put("other", [["Shipping", north]], `${tenant}-other`);
      expect(await passages.version(tenant)).toBe(states.at(-1));
    });

    it("gives at most as many as asked for, and none of an unknown tenant", async () => {
      const { passages, search, put } = await begin();
      await put("help", numbered(9, "refunds"));
      expect((await search({ limit: 4 })).byVector).toHaveLength(4);
      expect((await search({ limit: 4 })).byText).toHaveLength(4);
      expect(await search({ tenant: randomUUID() })).toEqual({ byVector: [], byText: [] });
      expect(await passages.count(randomUUID())).toBe(0);
      expect(await passages.existing({ tenant: randomUUID(), passageIds: [] })).toEqual(new Set());
    });

    it("takes any text as words, not as a query language", async () => {
      const { search, put } = await begin();
      await put("help", [["refunds", east]]);
      const texts = [
        "",
        " ",
        "*",
        "@text:*",
        "(refunds | -refunds)",
        "~%re%",
        `"`,
        "$x",
        "\\",
        "the of",
        "🙂",
      ];
      for (const text of [...texts, "x".repeat(8_000), "refunds ".repeat(1_000)]) {
        expect((await search({ text })).byVector).toEqual(["help/refunds"]);
      }
      expect((await search({ text: "*" })).byText).toEqual([]);
      expect((await search({ text: "(refunds) @x:{*}" })).byText).toEqual(["help/refunds"]);
    });

    it.each([
      ["Chinese", "如何重置密码？", "打开设置，然后点击重置密码按钮。", "退款将在三十天内支付。"],
      [
        "Japanese",
        "返金はいつですか",
        "ご購入から三十日以内に返金いたします。",
        "設定を開いてください。",
      ],
      ["Thai", "เปลี่ยนรหัสผ่านอย่างไร", "เปิดการตั้งค่าแล้วเปลี่ยนรหัสผ่าน", "คืนเงินภายในสามสิบวัน"],
      [
        "Korean",
        "비밀번호 재설정",
        "설정에서 비밀번호를 재설정합니다.",
        "환불은 삼십일 이내입니다.",
      ],
    ])("finds %s by its words", async (_language, question, answer, other) => {
      const { search, put } = await begin();
      await put("help", [
        [other, east],
        [answer, north],
      ]);
      expect((await search({ text: question })).byText).toEqual([`help/${answer}`]);
    });

    it("refuses a vector of another length and keeps what it had", async () => {
      const { search, put } = await begin();
      await put("help", [["refunds", east]]);
      const short = new Float32Array(DIMENSIONS - 1);
      await expect(
        put("help", [
          ["returns", east],
          ["more", short],
        ]),
      ).rejects.toThrow(/3 .*4/);
      await expect(search({ vector: short })).rejects.toThrow(/3 .*4/);
      expect((await search()).byVector).toEqual(["help/refunds"]);
    });

    it("shows readers whole versions while a document is replaced over and over", async () => {
      const { search, put } = await begin();
      const version = (letter: string) => numbered(5, `refunds ${letter}`);
      await put("help", version("a"));
      const writing = (async () => {
        for (let round = 0; round < 10; round += 1) {
          await put("help", version(round % 2 === 0 ? "b" : "a"));
        }
      })();
      for (let round = 0; round < 10; round += 1) {
        const { byVector } = await search({ limit: 20 });
        expect(byVector).toHaveLength(5);
        expect(new Set(byVector.map((id) => id.split(" ")[1])).size).toBe(1);
      }
      await writing;
    });

    it("takes writes to many documents at once", async () => {
      const { passages, tenant, put } = await begin();
      await Promise.all(
        Array.from({ length: 20 }, (_value, index) =>
          put(`d${index}`, numbered(3, `refunds ${index}`)),
        ),
      );
      expect(await passages.count(tenant)).toBe(60);
    });
  });
}

function make(documentId: string, texts: readonly [string, Float32Array][]): EmbeddedPassage[] {
  return texts.map(([text, vector]) => ({
    ...makePassage({ id: `${documentId}/${text}`, documentId, text, headings: HEADINGS }),
    vector,
  }));
}

function numbered(count: number, text: string): [string, Float32Array][] {
  return Array.from({ length: count }, (_value, index) => [`${text} ${index}`, east]);
}
