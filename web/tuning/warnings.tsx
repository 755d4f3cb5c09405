import { formatCount } from "../format/numbers.ts";

interface Props {
  readonly warnings: readonly {
    readonly code: string;
    /** Follows the count, if there is one. */
    readonly message: string;
    readonly count?: number;
  }[];
}

/** Reasons why figures may not hold, in the server's words. */
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

/** The server's messages are plural. */
function withCount(message: string, count: number | undefined): string {
  if (count === undefined) return message;
  return count === 1 ? `Once: ${message}.` : `${formatCount(count)} ${message}.`;
}
