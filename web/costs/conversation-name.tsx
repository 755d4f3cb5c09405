import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { fetchJson, withQuery } from "../api/client.ts";
import type { ConversationList } from "../api/types.ts";

/** The titles of the newest conversations; a report knows ids only. */
export const ConversationTitles = createContext<ReadonlyMap<string, string>>(new Map());

/** Pages of a hundred that are read for them. */
const MAX_PAGES = 5;

/** Those of the newest five hundred, or as many of them as came. */
export function useConversationTitles(): ReadonlyMap<string, string> {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const left = new AbortController();
    // Ids stand in for titles that do not come.
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

/** A conversation by its title, or its id where the title is not known. */
export function ConversationName({ id, href }: { readonly id: string; readonly href: string }) {
  const title = useContext(ConversationTitles).get(id) ?? "";
  return <a href={href}>{title === "" ? id : title}</a>;
}
