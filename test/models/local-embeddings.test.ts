import { describe, expect, it } from "vitest";
import { LOCAL_MODELS, hasLocalModel } from "../../scripts/local-model/install-local-model.ts";
import { ConfigError } from "../../src/errors.ts";
import { createLocalEmbedder } from "../../src/models/local-embeddings.ts";
import { hasPart, isInstalled } from "../support/optional-part.ts";
import { startService } from "../support/start-service.ts";

const PACKAGE = "@huggingface/transformers";

/** A library that embeds a text as its length and its number of spaces. */
function fakeLibrary() {
  const batches: number[] = [];
  const loaded: unknown[] = [];
  const env = { localModelPath: "/models/", allowRemoteModels: true };
  const library = {
    env,
    pipeline: async (...how: unknown[]) => {
      loaded.push(how);
      return async (texts: string[]) => {
        batches.push(texts.length);
        return { tolist: () => texts.map((text) => [text.length, text.split(" ").length - 1]) };
      };
    },
  };
  return { batches, loaded, env, load: async () => library };
}

const problem = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ConfigError ? error.problems.join() : String(error);
};

describe("local embeddings", () => {
  it("take their size from the model, and their vectors in the order of the texts", async () => {
    const { batches, loaded, load } = fakeLibrary();
    const embedder = await createLocalEmbedder({ model: "acme/tiny" }, load);
    expect(embedder).toMatchObject({ id: "local:acme/tiny", model: "local", dimensions: 2 });
    expect(loaded).toEqual([["feature-extraction", "acme/tiny", { dtype: "q8" }]]);
    const texts = Array.from({ length: 70 }, (_value, index) => "x".repeat(index));
    const { vectors, tokens } = await embedder.embed(texts);
    expect(vectors.map(([length]) => length)).toEqual(texts.map((text) => text.length));
    expect(vectors[0]).toBeInstanceOf(Float32Array);
    expect(tokens).toBe(0);
    expect(batches).toEqual([1, 32, 32, 6]);
  });

  it("come from the folder alone where one is given, from the hub otherwise", async () => {
    const folder = fakeLibrary();
    await createLocalEmbedder({ modelsDir: "/srv/models" }, folder.load);
    expect(folder.env).toEqual({ localModelPath: "/srv/models", allowRemoteModels: false });
    const hub = fakeLibrary();
    await createLocalEmbedder({}, hub.load);
    expect(hub.env.allowRemoteModels).toBe(true);
  });

  it("stop between batches when nobody waits any longer", async () => {
    const { batches, load } = fakeLibrary();
    const embedder = await createLocalEmbedder({}, load);
    await expect(
      embedder.embed(["a"], { signal: AbortSignal.abort(new Error("gone")) }),
    ).rejects.toThrow("gone");
    expect(batches).toEqual([1]);
  });

  it("say what to install when the package is missing", async () => {
    const missing = Object.assign(new Error(`Cannot find package '${PACKAGE}'`), {
      code: "ERR_MODULE_NOT_FOUND",
    });
    const said = await problem(createLocalEmbedder({}, () => Promise.reject(missing)));
    expect(said).toMatch(/^EMBEDDINGS: local needs .*npm install @huggingface\/transformers/);
  });

  it("do not blame npm for a package that is there and does not start", async () => {
    const broken = () => Promise.reject(new Error("libstdc++.so.6: cannot open"));
    const said = await problem(createLocalEmbedder({}, broken));
    expect(said).toMatch(/^EMBEDDINGS: .*libstdc\+\+/);
    expect(said).not.toContain("npm install");
  });

  it("name the model and the place where it is not", async () => {
    const pipeline = () => Promise.reject(new Error("no such file"));
    const load = async () => ({ env: {}, pipeline });
    const from = (modelsDir?: string) =>
      problem(createLocalEmbedder({ model: "a/b", modelsDir }, load));
    expect(await from("/srv")).toMatch(/^EMBEDDINGS: .*a\/b .*MODELS_DIR \(\/srv\).*no such file/);
    expect(await from()).toMatch(/a\/b .*from the hub.*no such file/);
  });
});

const modelsDir = process.env["MODELS_DIR"] ?? LOCAL_MODELS;
const canRun = hasPart(
  isInstalled(PACKAGE) && hasLocalModel(modelsDir),
  "local embedding model",
  `npm run local-model, and npm install --no-save ${PACKAGE}`,
);

describe.skipIf(!canRun)("all-MiniLM-L6-v2 on this machine", () => {
  it("gives unit vectors in which rewordings are near and other questions are far", async () => {
    const embedder = await createLocalEmbedder({ modelsDir });
    const { vectors } = await embedder.embed([
      "How do I reset my password?",
      "How can I reset my password?",
      "What is the way to reset my password?",
      "Which countries is the data stored in?",
    ]);
    const [base, near, freer, other] = vectors.map((vector) => [...vector]);
    const cosine = (vector: number[] = []) =>
      vector.reduce((sum, value, index) => sum + value * (base?.[index] ?? 0), 0);
    expect(embedder.dimensions).toBe(384);
    expect(cosine(base)).toBeCloseTo(1, 3);
    expect(cosine(near)).toBeGreaterThan(0.95);
    expect(cosine(freer)).toBeGreaterThan(0.9);
    expect(cosine(other)).toBeLessThan(0.3);
  });

  it("serves a rewording from the cache of the whole service", async () => {
    const server = await startService({ EMBEDDINGS: "local", MODELS_DIR: modelsDir });
    const text = "To reset your password open Settings and press Reset password.";
    await server.call("POST", "/v1/documents", { title: "Passwords", text });
    const ask = (message: string) => server.call("POST", "/v1/chat", { message });
    const { json: first } = await ask("How do I reset my password?");
    expect(first.citations).toHaveLength(1);
    const { json: again } = await ask("How can I reset my password?");
    expect(again.cache).toMatchObject({ status: "hit", tier: "semantic" });
    expect(again.answer).toBe(first.answer);
    await server.close();
  });

  it("tells of a folder that lacks the model", async () => {
    const said = await problem(createLocalEmbedder({ modelsDir: import.meta.dirname }));
    expect(said).toMatch(/^EMBEDDINGS: .*all-MiniLM-L6-v2 .*MODELS_DIR/);
  });
});
