import { formatAgo, formatMoment } from "../format/time.ts";

/** How long ago, or how soon; the moment itself is its title. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatAgo(at)}
    </time>
  );
}
