import type { ComponentChildren } from "preact";

export type Tone = "plain" | "good" | "warn" | "bad";

interface Props {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}

/** A word or two about the state of what it stands beside. */
export function Badge({ tone = "plain", children }: Props) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
