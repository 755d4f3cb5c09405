import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ConversationList } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";

/** The titles of the newest conversations; a report knows ids only. */
export const ConversationTitles = createContext<ReadonlyMap<string, string>>(new Map());

/** Those of the newest hundred. */
export function useConversationTitles(): ReadonlyMap<string, string> {
  const { data } = useResource<ConversationList>("/v1/conversations?limit=100");
  return new Map(data?.conversations.map(({ id, title }) => [id, title]));
}

/** A conversation by its title, or its id where the title is not known. */
export function ConversationName({ id, href }: { readonly id: string; readonly href: string }) {
  const title = useContext(ConversationTitles).get(id) ?? "";
  return <a href={href}>{title === "" ? id : title}</a>;
}
