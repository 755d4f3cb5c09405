/** The last question of this tab, which may not be in the transcript yet. */
export interface LastAsked {
  readonly conversationId: string;
  readonly messageId: string;
  readonly question: string;
}

const STORED_AS = "reprise-last-asked";

/** Stores it across a reload of the page. */
export function keepLastAsked(asked: LastAsked): void {
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(asked));
  } catch {
    // Without storage, a reload loses it.
  }
}

/** The last question, if it was in this conversation. */
export function readLastAsked(conversationId: string): LastAsked | undefined {
  try {
    const asked = parse(sessionStorage.getItem(STORED_AS) ?? "null");
    return asked?.conversationId === conversationId ? asked : undefined;
  } catch {
    return undefined;
  }
}

/** Removes it: it is in the transcript, or its conversation is deleted. */
export function forgetLastAsked(): void {
  try {
    sessionStorage.removeItem(STORED_AS);
  } catch {
    // Without storage there is nothing to remove.
  }
}

/** This page wrote the value, so it is not validated. */
function parse(text: string): LastAsked | null {
  return JSON.parse(text);
}
