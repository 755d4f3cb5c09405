import { createInterface, emitKeypressEvents } from "node:readline";
import type { Readable } from "node:stream";
import type { ReadStream } from "node:tty";

/** Pressed keys, until the input ends. */
export interface Keys extends AsyncIterable<string> {
  close(): void;
}

/** Reads single keys from a terminal, without Enter. From other inputs, reads the first letter of each line. */
export function openKeys(input: ReadStream | Readable): Keys {
  const queue = createQueue();
  const close =
    "isTTY" in input && input.isTTY ? readTerminal(input, queue) : readLines(input, queue);
  return {
    [Symbol.asyncIterator]: () => queue.read(),
    close() {
      queue.end();
      close();
    },
  };
}

type Queue = ReturnType<typeof createQueue>;

/** Queues keys that are pressed before the next question. */
function createQueue() {
  const pressed: string[] = [];
  let isEnded = false;
  let wake = () => {};
  return {
    push(key: string) {
      pressed.push(key);
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
    async *read(): AsyncGenerator<string> {
      for (;;) {
        const key = pressed.shift();
        if (key !== undefined) yield key;
        else if (isEnded) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function readLines(input: Readable, queue: Queue): () => void {
  const lines = createInterface({ input });
  lines.on("line", (line) => queue.push(line.trim().slice(0, 1).toLowerCase()));
  lines.on("close", () => queue.end());
  return () => lines.close();
}

function readTerminal(input: ReadStream, queue: Queue): () => void {
  const onKey = (_text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
    const isEnd = key.ctrl === true && (key.name === "c" || key.name === "d");
    queue.push(isEnd ? "q" : (key.name ?? ""));
  };
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on("keypress", onKey);
  return () => {
    input.off("keypress", onKey);
    input.setRawMode(false);
    input.pause();
  };
}
