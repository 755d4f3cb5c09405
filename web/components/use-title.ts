import { useLayoutEffect } from "preact/hooks";

/** Maximum letters of a title in a tab or bookmark. */
const MOST = 80;

/** Sets the tab title; an empty name sets the app's. */
export function useTitle(name: string): void {
  const words = name.replace(/\s+/g, " ").trim();
  const short = words.length > MOST ? `${words.slice(0, MOST)}…` : words;
  useLayoutEffect(() => {
    document.title = short === "" ? "Reprise" : `${short} · Reprise`;
  }, [short]);
}
