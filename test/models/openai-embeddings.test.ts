import { describe, expect, it, onTestFinished } from "vitest";
import { createOpenAiEmbedder } from "../../src/models/openai-embeddings.ts";
import { createMemoisedEmbedder } from "../../src/models/memoised-embedder.ts";
import { startModelServer, type SeenBody, type ServerPlan } from "../support/model-server.ts";

type Embed = NonNullable<ServerPlan["embed"]>;

const unit = [0.6, 0.8, 0];
const inputs = (body: SeenBody): string[] => [body["input"]].flat();
const rows = (body: SeenBody, embedding: unknown = unit) =>
  inputs(body).map((_text, index) => ({ index, embedding }));
const reply = (data: unknown, usage: object = { prompt_tokens: 7, total_tokens: 7 }) => ({
  status: 200,
  body: { data, usage },
});
const refuse = (status: number, message = "refused") => ({ status, body: { error: { message } } });
const bytes = (values: readonly number[]) =>
  Buffer.from(Float32Array.from(values).buffer).toString("base64");

async function open(
  embed: Embed,
  more: { maxBatch?: number; model?: string; startWaitMs?: number } = {},
) {
  const server = await startModelServer();
  onTestFinished(() => void server.close());
  server.behave({ embed });
  const notices: Record<string, string>[] = [];
  const make = () =>
    createOpenAiEmbedder({
      model: "bge",
      baseUrl: server.url,
      timeoutMs: 5_000,
      startWaitMs: 0,
      onNotice: (_message, details) => notices.push(details),
      ...more,
    });
  return { server, make, notices, sizes: () => server.embedded.map((body) => inputs(body).length) };
}

describe("vectors of a compatible server", () => {
  it.each([
    ["text-embedding-3-small", 384],
    ["text-embedding-3-large", 1024],
    ["text-embedding-ada-002", 5],
  ])("have the length that the server gives %s", async (model, length) => {
    const vector = Array.from({ length }, () => 1);
    const { make } = await open((body) => reply(rows(body, vector)), { model });
    expect(await make()).toMatchObject({ dimensions: length, id: `openai:${model}:${length}` });
  });

  it.each([
    ["numbers", unit],
    ["bytes", bytes(unit)],
    ["a list of one vector", [unit]],
    ["numbers by their places", Object.fromEntries(unit.entries())],
    ["numbers by their type", { float: unit }],
    ["values", { values: unit }],
    ["numbers that are not of length 1", unit.map((value) => value * 40)],
  ])("are read as %s, whatever was asked for", async (_name, embedding) => {
    const { make } = await open((body) => reply(rows(body, embedding)));
    const { vectors } = await (await make()).embed(["one", "two"]);
    expect(vectors.map((vector) => [...vector].map((value) => Number(value.toFixed(5))))).toEqual([
      unit,
      unit,
    ]);
  });

  it("are asked for as numbers, and as nothing where the server refuses that", async () => {
    const { server, make } = await open((body) =>
      body["encoding_format"] === undefined
        ? reply(rows(body))
        : refuse(400, "Setting {'encoding_format': 'float'} is not supported"),
    );
    await (await make()).embed(["one"]);
    expect(server.embedded.map((body) => body["encoding_format"])).toEqual([
      "float",
      undefined,
      undefined,
    ]);
  });

  it("are in the order of the texts, by their numbers where these say something", async () => {
    const of = (body: SeenBody) =>
      inputs(body).map((text, index) => ({ index, embedding: [text.length, 1, 1] }));
    const reversed = await open((body) => reply(of(body).toReversed()));
    const unnumbered = await open((body) => reply(of(body).map((row) => ({ ...row, index: 0 }))));
    const numbered = (number: (index: number) => number | string) =>
      open((body) =>
        reply(
          of(body)
            .map((row) => ({ ...row, index: number(row.index) }))
            .toReversed(),
        ),
      );
    const fromOne = await numbered((index) => index + 1);
    const asText = await numbered(String);
    for (const { make } of [reversed, unnumbered, fromOne, asText]) {
      const { vectors } = await (await make()).embed(["a", "long text", "middle"]);
      const [short = 0, long = 0, middle = 0] = vectors.map((vector) => vector[0]);
      expect([short < middle, middle < long]).toEqual([true, true]);
    }
  });

  it.each<readonly [string, (body: SeenBody) => ReturnType<Embed>]>([
    ["zeros", (body) => reply(rows(body, [0, 0, 0]))],
    ["values that are no numbers", (body) => reply(rows(body, [null, 1, 1]))],
    ["values without end", (body) => reply(rows(body, bytes([Infinity, 1, 1])))],
    ["another length than before", (body) => reply(rows(body, [1, 1]))],
    ["bytes that are cut", (body) => reply(rows(body, "AAAAAAA="))],
    ["nothing", (body) => reply(rows(body, []))],
    ["too few rows", (body) => reply(rows(body).slice(1))],
    ["vectors of every word", (body) => reply(rows(body, [unit, unit]))],
    ["no rows", () => ({ status: 200, body: { object: "list" } })],
    ["a web page", () => ({ status: 200, body: "<html></html>" })],
  ])("that are %s are an error, and never compared", async (_name, wrong) => {
    let isWrong = false;
    const { make } = await open((body) => (isWrong ? wrong(body) : reply(rows(body))));
    const embedder = await make();
    isWrong = true;
    await expect(embedder.embed(["one", "two"])).rejects.toMatchObject({ code: "model_failed" });
  });

  it("are an error at the start too", async () => {
    const { make } = await open((body) => reply(rows(body, [0, 0, 0])));
    await expect(make()).rejects.toThrow(/vector of zeros.*EMBEDDING_MODEL/);
  });

  it.each([
    {},
    { prompt_tokens: 0 },
    { prompt_tokens: "x" },
    { prompt_tokens: 1.5 },
    { prompt_tokens: 9e15 },
  ])("whose tokens nobody tells are counted: %j", async (usage) => {
    const { make } = await open((body) => reply(rows(body), usage));
    const made = await (await make()).embed(["eight letters"]);
    expect(made).toMatchObject({ tokens: 4, estimated: true });
  });
});

describe("a server that takes fewer texts in one call", () => {
  const texts = Array.from({ length: 60 }, (_, index) => `text ${index}`);

  it.each([
    [32, 413],
    [32, 422],
    [10, 400],
    [1, 400],
  ])(
    "gets %i at most after it refused more with %i, and that is remembered",
    async (most, status) => {
      const { make, sizes, notices } = await open((body) =>
        inputs(body).length > most ? refuse(status, `batch size > ${most}`) : reply(rows(body)),
      );
      const embedder = await make();
      expect((await embedder.embed(texts)).vectors).toHaveLength(60);
      const before = sizes().length;
      expect((await embedder.embed(texts)).vectors).toHaveLength(60);
      expect(
        sizes()
          .slice(before)
          .every((size) => size <= most),
      ).toBe(true);
      expect(notices.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ["a 500 that says nothing", refuse(500, "Internal Server Error")],
    ["a 400 that says nothing", refuse(400, "Bad request")],
    ["an error with status 200", { status: 200, body: { error: { message: "failed" } } }],
    ["an error object with status 200", { status: 200, body: { object: "error", code: 400 } }],
    ["no more than a text", { status: 413, body: "Payload Too Large" }],
  ])("may refuse them by %s: half as many hold at once for the same call", async (_name, no) => {
    const { make, sizes, notices } = await open((body) =>
      inputs(body).length > 10 ? no : reply(rows(body)),
    );
    const embedder = await make();
    expect((await embedder.embed(texts)).vectors).toHaveLength(60);
    const refused = sizes().flatMap((size, place) => (size > 10 ? [place] : []));
    expect(new Set(refused.map((place) => sizes()[place]))).toEqual(new Set([60, 30, 15]));
    expect(sizes().slice((refused.at(-1) ?? 0) + 1)).toEqual([8, 7, 8, 7, 8, 8, 8, 6]);
    expect(notices).toEqual([{ model: "bge", value: "8 texts in one call" }]);
  });

  it("is not blamed on a size that the server took before", async () => {
    let isBroken = false;
    const { make, sizes } = await open((body) => (isBroken ? refuse(500) : reply(rows(body))));
    const embedder = await make();
    await embedder.embed(texts);
    isBroken = true;
    await expect(embedder.embed(texts, { waitMs: 5_000 })).rejects.toMatchObject({
      code: "model_failed",
    });
    expect(sizes()).toEqual([1, 60, 60, 60]);
  });

  it.each([
    [400, "'input' must be a string"],
    [422, "Input should be a valid string"],
    [400, "invalid type: sequence, expected a string for key `input`"],
    [400, "Arrays are not supported in input"],
    [400, "json: cannot unmarshal array into Go struct field .input of type string"],
  ])("gets texts by themselves where it takes no list: %i, %s", async (status, message) => {
    const { server, make, notices } = await open((body) =>
      typeof body["input"] === "string" ? reply(rows(body)) : refuse(status, message),
    );
    const embedder = await make();
    expect((await embedder.embed(texts)).vectors).toHaveLength(60);
    const inputsSent = server.embedded.map((body) => body["input"]);
    expect(inputsSent.filter((input) => typeof input !== "string")).toHaveLength(1);
    expect(inputsSent.slice(2)).toEqual(texts);
    expect(notices.map(({ value }) => value)).toEqual(["input:list", "1 texts in one call"]);
  });

  it.each([
    ["a vector of the first text only", (body: SeenBody) => rows(body).slice(0, 1)],
    ["vectors with gaps", (body: SeenBody) => rows(body).filter(({ index }) => index % 2 === 0)],
  ])("may answer with %s: the batch is halved", async (_name, made) => {
    const { make } = await open((body) => reply(made(body)));
    expect((await (await make()).embed(texts)).vectors).toHaveLength(60);
  });

  it("gets no more than is set", async () => {
    const { make, sizes } = await open((body) => reply(rows(body)), { maxBatch: 25 });
    await (await make()).embed(texts);
    expect(sizes()).toEqual([1, 25, 25, 10]);
  });
});

describe("a text that is longer than the model takes", () => {
  const long = "All about refunds. ".repeat(400);
  const limited: Embed = (body) =>
    inputs(body).some((text) => text.length > 2_000)
      ? refuse(400, "This model's maximum context length is 512 tokens")
      : reply(rows(body));

  it("is cut for embedding, which is told, and the length is remembered", async () => {
    const { server, make } = await open(limited);
    const embedder = await make();
    expect(await embedder.embed([long])).toMatchObject({
      isCut: true,
      vectors: [expect.anything()],
    });
    const calls = server.embedded.length;
    expect(await embedder.embed([long])).toMatchObject({ isCut: true });
    expect(server.embedded).toHaveLength(calls + 1);
    expect((await embedder.embed(["short"])).isCut).toBe(false);
  });

  it("does not make batches smaller", async () => {
    const { make, sizes } = await open(limited);
    const embedder = await make();
    await embedder.embed(["a", long, "b", "c"]);
    const before = sizes().length;
    await embedder.embed(["a", "b", "c", "d"]);
    expect(sizes().slice(before)).toEqual([4]);
  });

  it("is told each time, though vectors are remembered", async () => {
    const { make } = await open(limited);
    const embedder = createMemoisedEmbedder(await make());
    await embedder.embed([long]);
    expect((await embedder.embed([long])).isCut).toBe(true);
  });

  it("and a short one is refused for another reason, once", async () => {
    let isBroken = false;
    const { server, make } = await open((body) => (isBroken ? refuse(400) : reply(rows(body))));
    const embedder = await make();
    isBroken = true;
    const calls = server.embedded.length;
    await expect(embedder.embed(["short"])).rejects.toMatchObject({
      code: "model_refused_request",
    });
    expect(server.embedded).toHaveLength(calls + 1);
  });
});

describe("a server that fails", () => {
  it.each([
    [401, "model_unauthorized"],
    [429, "model_rate_limited"],
    [404, "model_refused_request"],
    [500, "model_failed"],
  ])("with %i says what to do", async (status, code) => {
    const { make } = await open(() => refuse(status));
    await expect(make()).rejects.toMatchObject({ code });
  });

  it.each([
    ["busy", 429],
    ["loading its model", 503],
  ])("because it is %s is waited for at start, and for documents", async (_name, status) => {
    let isBusy = true;
    const { make, notices } = await open(
      (body) => {
        if (!isBusy) return reply(rows(body));
        isBusy = false;
        return { ...refuse(status), headers: { "retry-after": "1" } };
      },
      { startWaitMs: 3_000 },
    );
    const embedder = await make();
    expect(notices).toEqual([{ model: "bge", value: "1 s" }]);
    isBusy = true;
    expect((await embedder.embed(["one", "two"])).vectors).toHaveLength(2);
    isBusy = true;
    await expect(embedder.embed(["one"], { waitMs: 3_000 })).rejects.toMatchObject({
      retryAfterSeconds: 1,
    });
  });

  it("for longer than the start waits stops it", async () => {
    const { make } = await open(() => ({ ...refuse(429), headers: { "retry-after": "4" } }), {
      startWaitMs: 3_000,
    });
    await expect(make()).rejects.toMatchObject({ code: "model_rate_limited" });
  });

  it("once is asked again", async () => {
    let times = 0;
    const { make } = await open((body) => ((times += 1) === 1 ? refuse(500) : reply(rows(body))));
    expect((await make()).dimensions).toBe(3);
  });
});
