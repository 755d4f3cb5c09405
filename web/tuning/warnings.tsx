import { formatCount } from "../format/numbers.ts";

interface Props {
  readonly warnings: readonly {
    readonly code: string;
    /** Goes on after the count, where there is one. */
    readonly message: string;
    readonly count?: number;
  }[];
}

/** What makes figures less than they seem, in the server's words. */
export function Warnings({ warnings }: Props) {
  return (
    <>
      {warnings.map(({ code, message, count }) => (
        <p key={code} class="notice">
          {withCount(message, count)}
        </p>
      ))}
    </>
  );
}

/** The server speaks of many. */
function withCount(message: string, count: number | undefined): string {
  if (count === undefined) return message;
  return count === 1 ? `Once: ${message}.` : `${formatCount(count)} ${message}.`;
}
