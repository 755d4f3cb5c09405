import { startModelServer } from "./model-server.ts";
import { startService } from "./start-service.ts";

/** A service with a refund document, and a stub model server. */
export async function startBehindModelServer(environment: Record<string, string> = {}) {
  const model = await startModelServer();
  const server = await startService({
    OPENAI_BASE_URL: model.url,
    EMBEDDINGS: "builtin",
    ...environment,
  });
  const text = "Refunds are paid within 30 days of purchase to the card that was used.";
  await server.call("POST", "/v1/documents", { title: "Refunds", text });
  return {
    model,
    server,
    async close() {
      await server.close();
      await model.close();
    },
  };
}
