import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeTurn, encodeTurn } from "./turn-codec.ts";
import type { EndedTurn } from "./types.ts";

const NAME = /^unrecorded-turns-[\w-]+\.ndjson$/;

/**
 * Files of turns that a process could not write to the database before it ended, for the next
 * process.
 */
export interface SpilledTurns {
  /** @throws Error when the folder cannot be written */
  save(turns: readonly EndedTurn[]): Promise<void>;
  /** Loads the files that earlier processes left. */
  load(): Promise<readonly SpilledFile[]>;
}

/** A file of turns. It is removed when all of them are in the database. */
export interface SpilledFile {
  readonly turns: readonly EndedTurn[];
  remove(): Promise<void>;
}

/** @param folder created if missing */
export function createSpilledTurns(folder: string): SpilledTurns {
  return {
    async save(turns) {
      await mkdir(folder, { recursive: true });
      const file = join(folder, `unrecorded-turns-${randomUUID()}.ndjson`);
      const lines = turns.map((turn) => `${encodeTurn(turn)}\n`).join("");
      // Contains texts of conversations, so only the owner may read it. Flushed, because the
      // process is about to exit.
      await writeFile(file, lines, { mode: 0o600, flush: true });
    },
    async load() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
        throw error;
      });
      const files = names.filter((name) => NAME.test(name)).map((name) => join(folder, name));
      return Promise.all(files.map(openFile));
    },
  };
}

async function openFile(file: string): Promise<SpilledFile> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  const turns = lines.flatMap((line) => decodeTurn(line) ?? []);
  return {
    turns,
    async remove() {
      // Keep a file with a line that is not a turn: the write was cut off, and someone should look
      // at it.
      if (turns.length === lines.length) await rm(file, { force: true });
    },
  };
}
