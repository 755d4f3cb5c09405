import type { Antecedents } from "./antecedents.ts";
import type { Lexicon } from "./lexicon.ts";
import type { Word } from "./read-words.ts";

/** A message as far as it has been read. */
export interface Walk {
  readonly words: readonly Word[];
  readonly lexicon: Lexicon;
  readonly hasHistory: boolean;
  /** Named so far. */
  named: Antecedents;
  /** Named before the clause that is being read: an object cannot stand for its own subject. */
  earlier: Antecedents;
  /** Words with meaning so far: a whole statement can be meant by "this". */
  content: number;
  clauseHasAuxiliary: boolean;
}
