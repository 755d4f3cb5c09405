import { createServer, type ServerResponse } from "node:http";

/** An OpenAI-compatible chat model that streams one short answer, with usage. */
export async function startStubModel(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1`, close: () => void server.close() };
}

function answer(response: ServerResponse): void {
  const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "m" };
  const send = (part: object) =>
    response.write(`data: ${JSON.stringify({ ...base, ...part })}\n\n`);
  response.setHeader("content-type", "text/event-stream");
  send({ choices: [{ index: 0, delta: { content: "It is so [1]." }, finish_reason: null }] });
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  const usage = { prompt_tokens: 120, completion_tokens: 6, total_tokens: 126 };
  send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}
