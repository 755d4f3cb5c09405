import type { ComponentChildren } from "preact";

export type RenderWords = (words: string) => ComponentChildren;

/** A block that was read, and the line after it. */
export interface Block {
  readonly node: ComponentChildren;
  readonly next: number;
}
