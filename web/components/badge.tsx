import type { ComponentChildren } from "preact";

export type Tone = "plain" | "good" | "warn" | "bad";

interface Props {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}

/** One or two words on the state of an item. */
export function Badge({ tone = "plain", children }: Props) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
