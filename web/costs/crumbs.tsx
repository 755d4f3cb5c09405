import { toPath } from "../app/router.ts";
import { formatDay } from "../format/time.ts";

/** Breadcrumbs. */
export function Crumbs({ day }: { readonly day?: string | undefined }) {
  return (
    <nav aria-label="Where you are" class="crumbs">
      <a href="/costs">Costs</a>
      {day !== undefined && (
        <>
          <span aria-hidden="true"> / </span>
          <a href={toPath("costs", day)}>{formatDay(day)}</a>
        </>
      )}
    </nav>
  );
}
