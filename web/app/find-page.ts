import type { PageProps } from "./page-props.ts";
import { PAGES, type Page } from "./pages.ts";
import type { Place } from "./router.ts";

/** The chat page also shows `/conversations/ID`. */
const CONVERSATIONS = "conversations";

/** The page of an address with its props; undefined if there is none. */
export function findPage({ segments, query }: Place): (PageProps & { page: Page }) | undefined {
  const [first = "", ...rest] =
    segments[0] === CONVERSATIONS ? ["", ...segments.slice(1)] : segments;
  const page = PAGES.find(({ segment }) => segment === first);
  return page && { page, rest, query };
}
