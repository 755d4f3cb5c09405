import { cp, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBuiltinEmbeddings } from "../../src/models/builtin-embeddings.ts";
import type { Embedder } from "../../src/models/types.ts";

const FOLDER = join(import.meta.dirname, "../../data/models/builtin");

function cosine(left: Float32Array | undefined, right: Float32Array | undefined): number {
  expect(left).toBeDefined();
  let sum = 0;
  for (const [index, value] of (left ?? new Float32Array()).entries()) {
    sum += value * (right?.[index] ?? 0);
  }
  return sum;
}

describe("the built-in embeddings", () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createBuiltinEmbeddings({ folder: FOLDER });
  });

  async function similarity(left: string, right: string): Promise<number> {
    const { vectors } = await embedder.embed([left, right]);
    return cosine(vectors[0], vectors[1]);
  }

  it("keep the model folder within 8,000,000 bytes", async () => {
    const names = await readdir(FOLDER);
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(FOLDER, name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8_000_000);
  });

  it("name their model and the length of their vectors", async () => {
    expect(embedder.id).toMatch(/^builtin-en-\d+$/u);
    const { vectors } = await embedder.embed(["a question"]);
    expect(vectors[0]).toHaveLength(embedder.dimensions);
  });

  it.each([
    ["How do I reset my password?", "I forgot my password, how can I change it?"],
    ["Where is my order?", "How can I track my package?"],
    ["How much does shipping cost?", "What is the price of delivery?"],
    ["How can I lose weight quickly?", "What is the fastest way to lose weight?"],
    ["How do I sort a list in Python?", "python sort list"],
  ])("put %j nearer to %j than to other questions", async (question, rewording) => {
    const near = await similarity(question, rewording);
    for (const other of ["Who was the first president?", "What are the symptoms of asthma?"]) {
      expect(near).toBeGreaterThan((await similarity(question, other)) + 0.1);
    }
  });

  it("give the same vector again, alone or among others, and after loading again", async () => {
    const again = await createBuiltinEmbeddings({ folder: FOLDER });
    const text = "How do I cancel my subscription?";
    const alone = await embedder.embed([text]);
    const among = await again.embed(["something else", text, "🙂"]);
    expect(among.vectors[1]).toEqual(alone.vectors[0]);
  });

  it("see no difference between capitals, accents and spaces", async () => {
    const { vectors } = await embedder.embed(["Café  MENU\n", "cafe menu"]);
    expect(vectors[0]).toEqual(vectors[1]);
  });

  it.each([
    ["empty text", ""],
    ["spaces and control characters", " \n\t\u0000\u200b "],
    ["emoji", "🙂🙂 🚀"],
    ["Chinese", "今天天气怎么样"],
    ["half a surrogate pair", "a \ud83d b"],
    ["a word of 5,000 letters", "x".repeat(5_000)],
    ["a text of 20,000 characters", "how do I sort a list? ".repeat(1_000).slice(0, 20_000)],
    ["the model's own special tokens", "[CLS] [SEP] [UNK] ##ing"],
  ])("give a finite vector of length 1 for %s", async (_name, text) => {
    const { vectors } = await embedder.embed([text]);
    expect(vectors[0]?.every((value) => Number.isFinite(value))).toBe(true);
    expect(cosine(vectors[0], vectors[0])).toBeCloseTo(1, 5);
  });

  it("keep texts apart whose words the vocabulary cannot spell", async () => {
    expect(await similarity("今天天气怎么样", "我想退货")).toBeLessThan(0.5);
    expect(await similarity("今天天气怎么样", "今天天气怎么样")).toBeCloseTo(1, 5);
    expect(await similarity("🚀", "🙂")).toBeLessThan(0.5);
  });

  it("bill no tokens, and give nothing for nothing", async () => {
    expect((await embedder.embed(["how are you?", "", "今天"])).tokens).toBe(0);
    expect(await embedder.embed([])).toEqual({ vectors: [], tokens: 0 });
  });

  it("stop with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("client gone"));
    await expect(embedder.embed(["a"], { signal })).rejects.toThrow("client gone");
  });
});

describe("a damaged model folder", () => {
  const folders: string[] = [];

  async function copyModel(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "builtin-model-"));
    folders.push(folder);
    await cp(FOLDER, folder, { recursive: true });
    return folder;
  }

  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  it("is refused with the missing file's name", async () => {
    const folder = await copyModel();
    await rm(join(folder, "scales.f32"));
    await expect(createBuiltinEmbeddings({ folder })).rejects.toThrow(
      /scales\.f32 cannot be read/u,
    );
  });

  it("is refused when a file is cut short", async () => {
    const folder = await copyModel();
    await truncate(join(folder, "vectors.i8"), 1_000);
    await expect(createBuiltinEmbeddings({ folder })).rejects.toThrow(
      /vectors\.i8 has 1000 bytes, but model\.json says \d+/u,
    );
  });

  it("is refused when a byte was changed", async () => {
    const folder = await copyModel();
    const path = join(folder, "vectors.i8");
    const content = await readFile(path);
    content.writeUInt8(content.readUInt8(5) ^ 1, 5);
    await writeFile(path, content);
    await expect(createBuiltinEmbeddings({ folder })).rejects.toThrow(/vectors\.i8 is damaged/u);
  });

  it.each([
    ["is not JSON", "{"],
    ["lacks its fields", "{}"],
  ])("is refused when the header %s", async (_name, text) => {
    const folder = await copyModel();
    await writeFile(join(folder, "model.json"), text);
    await expect(createBuiltinEmbeddings({ folder })).rejects.toThrow(
      /model\.json is not the header/u,
    );
  });

  it("reads the power of a repeated word's count from the header", async () => {
    const folder = await copyModel();
    const path = join(folder, "model.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/"countPower": [\d.]+/u, '"countPower": 1'));
    const [own, plain] = await Promise.all(
      [FOLDER, folder].map(async (place) => {
        const embedder = await createBuiltinEmbeddings({ folder: place });
        const { vectors } = await embedder.embed(["password password password shoe", "shoe"]);
        return cosine(vectors[0], vectors[1]);
      }),
    );
    expect(own).toBeGreaterThan(plain ?? 1);
  });

  it("is refused when the header promises other dimensions than the files hold", async () => {
    const folder = await copyModel();
    const path = join(folder, "model.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/"dimensions": \d+/u, '"dimensions": 17'));
    await expect(createBuiltinEmbeddings({ folder })).rejects.toThrow(/vectors\.i8 does not fit/u);
  });
});
