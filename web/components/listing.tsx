import type { ComponentChildren } from "preact";
import type { Pages } from "../api/use-pages.ts";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";

interface Props<Row> {
  readonly pages: Omit<Pages<unknown>, "replies">;
  /** Rows of all loaded pages; undefined before the first. */
  readonly rows: readonly Row[] | undefined;
  readonly label: string;
  /** Shown if there are no rows. */
  readonly empty: ComponentChildren;
  readonly children: (rows: readonly Row[]) => ComponentChildren;
}

/** A listing with all its states: loading, failed, empty, more available. */
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
