import { ask } from "./ask.js";
import { ServerError, stopMessage } from "./server.js";

/**
 * One answer under way, shown in its turn.
 *
 * @param on `start(conversationId)`, `change()` after each event, `end(reply, words)`, `stopFailed()`
 */
export function createRun({ turn, body, on }) {
  const controller = new AbortController();
  let id;
  let isStopping = false;
  let hasLeft = false;

  async function sendStop() {
    try {
      await stopMessage(id);
    } catch {
      isStopping = false;
      if (!hasLeft) on.stopFailed();
    }
  }

  const handlers = {
    "answer-start": (data) => {
      id = data.id;
      turn.start(data.cache);
      on.start(data.conversation_id);
      if (isStopping) void sendStop();
    },
    "answer-delta": (data) => turn.append(data.text),
    "answer-end": (data) => on.end(data, turn.finish(data)),
    "answer-error": (data) => {
      throw new ServerError(data.error.message, 200);
    },
    "connection-lost": () => turn.connected(false),
    "connection-back": () => turn.connected(true),
  };

  return {
    turn,
    /** Resolves when the answer is whole or left; @throws ServerError. */
    async follow() {
      try {
        for await (const { event, data } of ask(body, controller.signal)) {
          if (hasLeft) return;
          handlers[event]?.(data);
          on.change();
        }
      } catch (error) {
        if (!hasLeft) throw error;
      }
    },
    /** False when it is being stopped already. Before the message has an id the wish is kept until it has one. */
    stop() {
      if (isStopping) return false;
      isStopping = true;
      if (id !== undefined) void sendStop();
      return true;
    },
    /** Takes no more notice of it; the conversation it belongs to is left. */
    leave() {
      hasLeft = true;
      if (id !== undefined) stopMessage(id).catch(() => undefined);
      controller.abort();
    },
  };
}
