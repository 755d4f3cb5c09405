import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A prompt file without its front matter. */
export interface PromptFile {
  readonly text: string;
  /** Hash of the whole file. It is part of the scope: a changed prompt invalidates the answers made with it. */
  readonly hash: string;
}

/** The prompts of the chat path. */
export interface Prompts {
  readonly answer: PromptFile;
  /** For tasks on a text, without documents. */
  readonly task: PromptFile;
  readonly standaloneQuestion: PromptFile;
  readonly judge: PromptFile;
  readonly judgeAnswers: PromptFile;
}

/**
 * Reads the prompt files and checks their placeholders.
 *
 * @throws Error with the file and the missing or unknown placeholder
 */
export async function loadPrompts(folder: string): Promise<Prompts> {
  return {
    answer: await loadPrompt(join(folder, "answer.md"), ["passages", "instructions", "locale"]),
    task: await loadPrompt(join(folder, "task.md"), ["instructions", "locale"]),
    standaloneQuestion: await loadPrompt(join(folder, "standalone-question.md"), []),
    judge: await loadPrompt(join(folder, "judge.md"), []),
    judgeAnswers: await loadPrompt(join(folder, "judge-answers.md"), []),
  };
}

async function loadPrompt(file: string, placeholders: readonly string[]): Promise<PromptFile> {
  const content = (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
  const text = content.replace(/^---\n[\s\S]*?\n---\n/, "").trim();
  const used = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ""));
  const missing = placeholders.filter((name) => !used.has(name));
  const unknown = [...used].filter((name) => !placeholders.includes(name));
  if (missing.length > 0)
    throw new Error(`${file} lacks the placeholder {{${missing.join("}}, {{")}}}`);
  if (unknown.length > 0)
    throw new Error(`${file} has an unknown placeholder {{${unknown.join("}}, {{")}}}`);
  return { text, hash: createHash("sha256").update(content).digest("hex").slice(0, 16) };
}
