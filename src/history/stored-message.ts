import { z } from "zod";
import type { ChatMessage } from "./types.ts";

const storedMessage = z.object({
  role: z.enum(["user", "assistant", "system"]),
  content: z.string(),
});

/** A message in the form that stands in Redis: `{"role","content"}` as JSON. */
export function toItem({ role, content }: ChatMessage): string {
  return JSON.stringify({ role, content });
}

/** Other programs write these lists too: what is no message is left out. */
export function toMessages(items: readonly string[]): ChatMessage[] {
  return items.flatMap((item) => {
    const parsed = storedMessage.safeParse(parseJson(item));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
