import type { ChatReply } from "../../src/chat/types.ts";
import type { Columns } from "./columns.ts";
import type { System } from "./system.ts";

/** Sends each message without a conversation: is it looked up in the shared cache, and is its answer stored? */
export async function askMessages(
  rows: readonly { readonly message: string }[],
  system: System,
): Promise<Columns> {
  const service = await system.openService();
  const lookedUp: number[] = [];
  const stored: number[] = [];
  for (const [index, { message }] of rows.entries()) {
    const reply = await service.ask({ tenant: `message-${index}`, message, answer: "An answer." });
    lookedUp.push(Number(isLookedUp(reply)));
    stored.push(Number(reply.entry !== null));
  }
  await service.close();
  return [lookedUp, stored];
}

/** True if the shared cache was used for the lookup. */
export function isLookedUp({ cache }: ChatReply): boolean {
  return cache.status === "hit" || cache.status === "miss";
}
