import { signal } from "@preact/signals";

/** The current address. */
export interface Place {
  /** Decoded path segments: `/documents/hours` is `["documents", "hours"]`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** The address of the browser as a signal. */
export const place = signal<Place>(readPlace());

/** Navigates to a path of the app, such as `/documents/hours?query=open`. */
export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  place.value = readPlace();
}

/** Changes query parameters without a new history entry; undefined removes one. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const search = query.size === 0 ? "" : `?${query}`;
  navigate(location.pathname + search, { replace: true });
}

/** Builds a path from segments and encodes them. */
export function toPath(...segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join("/")}`;
}

/** Opens links between pages without reloading the app. */
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

/** The path that a click opens; undefined if the browser should handle the click. */
function pageOf(event: MouseEvent): string | undefined {
  if (!isPlain(event) || !(event.target instanceof Element)) return undefined;
  const link = event.target.closest("a");
  if (link === null || link.target !== "" || link.hasAttribute("download")) return undefined;
  const href = link.getAttribute("href") ?? "";
  return /^\/(?!\/|v1\/|metrics|openapi)/.test(href) ? href : undefined;
}

/** With a modifier key, the browser opens a new tab or window. */
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
