/** What this tab asked last, and may not be in the transcript yet. */
export interface LastAsked {
  readonly conversationId: string;
  readonly messageId: string;
  readonly question: string;
}

const STORED_AS = "reprise-last-asked";

/** Keeps it through a reload of the page. */
export function keepLastAsked(asked: LastAsked): void {
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(asked));
  } catch {
    // It lasts until the page is left.
  }
}

/** What was asked last, if it was in this conversation. */
export function readLastAsked(conversationId: string): LastAsked | undefined {
  try {
    const asked = parse(sessionStorage.getItem(STORED_AS) ?? "null");
    return asked?.conversationId === conversationId ? asked : undefined;
  } catch {
    return undefined;
  }
}

/** It is in the transcript, or its conversation is deleted. */
export function forgetLastAsked(): void {
  try {
    sessionStorage.removeItem(STORED_AS);
  } catch {
    // Nothing was kept.
  }
}

/** As this page wrote it. */
function parse(text: string): LastAsked | null {
  return JSON.parse(text);
}
