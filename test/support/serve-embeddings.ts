import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { wordEmbedder } from "./word-embedder.ts";

/** Starts a stub of OpenAI's embeddings API with 64 dimensions. Returns its URL. */
export async function serveEmbeddings(): Promise<string> {
  const embedder = wordEmbedder();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { vectors } = await embedder.embed(JSON.parse(Buffer.concat(parts).toString()).input);
    const bytes = (vector: Float32Array) =>
      Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
    const data = vectors.map((vector, index) => ({ index, embedding: bytes(vector) }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data, usage: { prompt_tokens: 5, total_tokens: 5 } }));
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`;
}
