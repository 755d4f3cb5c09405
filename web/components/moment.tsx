import { formatAgo, formatMoment } from "../format/time.ts";

/** A relative time; its title is the exact time. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatAgo(at)}
    </time>
  );
}
