import type { ComponentChildren } from "preact";

export type RenderWords = (words: string) => ComponentChildren;

/** A parsed block and the index of the next line. */
export interface Block {
  readonly node: ComponentChildren;
  readonly next: number;
}
