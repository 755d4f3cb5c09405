import type { Antecedents } from "./antecedents.ts";
import type { Lexicon } from "./lexicon.ts";
import type { Word } from "./read-words.ts";

/** State of a message that is being read. */
export interface Walk {
  readonly words: readonly Word[];
  readonly lexicon: Lexicon;
  readonly hasHistory: boolean;
  /** Named so far. */
  named: Antecedents;
  /** Named before the current clause: an object cannot refer to the subject of its own clause. */
  earlier: Antecedents;
  /** Content words so far: "this" can refer to a whole statement. */
  content: number;
  clauseHasAuxiliary: boolean;
}
