import type { Server } from "node:http";
import { composeService } from "./compose/service.ts";
import { readConfig, type Config } from "./config.ts";
import { ConfigError, unusableSetting } from "./errors.ts";
import { guardProcess } from "./operations/guard-process.ts";
import { createLogger, type Logger } from "./operations/logger.ts";
import { createShutdown } from "./operations/shutdown.ts";
import { sourceStack } from "./operations/source-stack.ts";
import { createRepriseServer } from "./server.ts";

/** Maximum time for answers in progress to finish after a stop signal, in milliseconds. */
const DRAIN_MS = 28_500;
/** Reserved for the exit itself, in milliseconds. */
const EXIT_MS = 500;
const EXIT_BAD_SETTINGS = 2;

try {
  const config = readConfig(process.env);
  await serve(config, createLogger(config.logLevel));
} catch (error) {
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(error instanceof ConfigError ? EXIT_BAD_SETTINGS : 1);
}

/** Listens before the documents are loaded: `/livez` answers at once, `/readyz` once they are. */
async function serve(config: Config, logger: Logger): Promise<void> {
  const service = await composeService(config, logger);
  const { server, closeSockets } = createRepriseServer(service.http);
  const shutdown = createShutdown(
    [
      { name: "readiness", run: () => service.health.set("service", "shutting down") },
      { name: "stop listening", run: () => void server.close() },
      { name: "answers", run: () => service.answers.drain(DRAIN_MS) },
      { name: "sockets", run: closeSockets },
      { name: "connections", run: () => server.closeIdleConnections() },
      { name: "service", run: (leftMs) => service.close(leftMs - EXIT_MS) },
    ],
    logger,
  );
  let leastCode = 0;
  const stop = async (cause: string) => {
    const code = await shutdown(cause);
    process.exit(Math.max(code, leastCode));
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  guardProcess(process, {
    logger,
    stop(cause) {
      leastCode = 1;
      void stop(cause);
    },
  });
  await listen(server, config);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  logger.info(
    {
      url: `http://${config.host}:${port}`,
      model: config.chat.model,
      embeddings: config.embeddings.kind,
    },
    "Reprise is listening",
  );
  await service.start();
  logger.info(service.health.read().parts, "Reprise is ready");
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) =>
      reject(unusableSetting("PORT", `cannot listen on ${config.host}:${config.port}`, cause));
    server.once("error", refuse);
    server.listen(config.port, config.host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

function startProblem(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `Reprise cannot start: ${error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error)}`;
}
