import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { fetchJson, withQuery } from "../api/client.ts";
import type { ConversationList } from "../api/types.ts";

/** Titles of the newest conversations: reports have ids only. */
export const ConversationTitles = createContext<ReadonlyMap<string, string>>(new Map());

/** Number of pages of a hundred titles to load. */
const MAX_PAGES = 5;

/** Loads the titles of the newest five hundred conversations, or as many as possible. */
export function useConversationTitles(): ReadonlyMap<string, string> {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const left = new AbortController();
    // Ids are shown instead of missing titles.
    readTitles(left.signal, setTitles).catch(() => undefined);
    return () => left.abort();
  }, []);
  return titles;
}

async function readTitles(
  signal: AbortSignal,
  onRead: (titles: ReadonlyMap<string, string>) => void,
): Promise<void> {
  const titles = new Map<string, string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = withQuery("/v1/conversations", { limit: 100, cursor });
    const { conversations, next_cursor: next } = await fetchJson<ConversationList>(path, {
      signal,
    });
    for (const { id, title } of conversations) titles.set(id, title);
    onRead(new Map(titles));
    if (next === null) return;
    cursor = next;
  }
}

/** The title of a conversation, or its id if the title is unknown. */
export function ConversationName({ id, href }: { readonly id: string; readonly href: string }) {
  const title = useContext(ConversationTitles).get(id) ?? "";
  return <a href={href}>{title === "" ? id : title}</a>;
}
