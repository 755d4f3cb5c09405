import { useLayoutEffect } from "preact/hooks";

/** Letters of a name that a tab or a bookmark has room for. */
const MOST = 80;

/** Names the tab after what is shown; an empty name leaves the app's. */
export function useTitle(name: string): void {
  const words = name.replace(/\s+/g, " ").trim();
  const short = words.length > MOST ? `${words.slice(0, MOST)}…` : words;
  useLayoutEffect(() => {
    document.title = short === "" ? "Reprise" : `${short} · Reprise`;
  }, [short]);
}
