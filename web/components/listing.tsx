import type { ComponentChildren } from "preact";
import type { Pages } from "../api/use-pages.ts";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";

interface Props<Row> {
  readonly pages: Omit<Pages<unknown>, "replies">;
  /** Of all pages that were read; undefined before the first. */
  readonly rows: readonly Row[] | undefined;
  readonly label: string;
  /** In place of no rows. */
  readonly empty: ComponentChildren;
  readonly children: (rows: readonly Row[]) => ComponentChildren;
}

/** A listing with all its states: on its way, failed, empty, with more to come. */
export function Listing<Row>({ pages, rows, label, empty, children }: Props<Row>) {
  const { error, more, isLoading, reload } = pages;
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (rows === undefined) return <Loading label={label} />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <>
      {children(rows)}
      {more !== undefined && (
        <p class="more">
          {/* Not disabled, which would take the focus away. */}
          <button type="button" onClick={more} aria-disabled={isLoading}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}
