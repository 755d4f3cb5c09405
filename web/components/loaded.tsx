import type { ComponentChildren } from "preact";
import type { Resource } from "../api/use-resource.ts";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";

interface Props<Reply> {
  readonly of: Pick<Resource<Reply>, "data" | "error" | "reload">;
  /** The name of the content, for the loading message. */
  readonly label: string;
  readonly children: (data: Reply) => ComponentChildren;
}

/** Shows loaded content, or its loading or error state. */
export function Loaded<Reply>({ of: { data, error, reload }, label, children }: Props<Reply>) {
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (data === undefined) return <Loading label={label} />;
  return <>{children(data)}</>;
}
