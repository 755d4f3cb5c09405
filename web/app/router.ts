import { signal } from "@preact/signals";

/** Where the reader is. */
export interface Place {
  /** Of the path, decoded: `/documents/hours` is `["documents", "hours"]`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** The place of the address bar. */
export const place = signal<Place>(readPlace());

/** Goes to a path of the app, such as `/documents/hours?query=open`. */
export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  place.value = readPlace();
}

/** Changes some parameters of the address, without a new entry in the history; undefined removes one. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const search = query.size === 0 ? "" : `?${query}`;
  navigate(location.pathname + search, { replace: true });
}

/** A path of the app from its segments, whatever characters they have. */
export function toPath(...segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join("/")}`;
}

/** Links between pages open without loading the app again. */
export function startRouter(): void {
  addEventListener("popstate", () => {
    place.value = readPlace();
  });
  document.addEventListener("click", (event) => {
    const href = pageOf(event);
    if (href === undefined) return;
    event.preventDefault();
    navigate(href);
    scrollTo({ top: 0 });
  });
}

/** The path of the page that a click opens; undefined where the browser is to do what it does. */
function pageOf(event: MouseEvent): string | undefined {
  if (!isPlain(event) || !(event.target instanceof Element)) return undefined;
  const link = event.target.closest("a");
  if (link === null || link.target !== "" || link.hasAttribute("download")) return undefined;
  const href = link.getAttribute("href") ?? "";
  return /^\/(?!\/|v1\/|metrics|openapi)/.test(href) ? href : undefined;
}

/** With a key held down the browser opens a tab of its own. */
function isPlain(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, defaultPrevented } = event;
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !defaultPrevented;
}

function readPlace(): Place {
  return {
    segments: location.pathname
      .split("/")
      .filter((segment) => segment !== "")
      .map(decode),
    query: new URLSearchParams(location.search),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
