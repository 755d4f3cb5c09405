import type { CompareQuestions, GuardFinding } from "../guards/types.ts";
import type { AskLanguage } from "./ask-language.ts";
import { unseenText } from "./unseen-text.ts";
import { createSurroundingsComparer } from "./compare-surroundings.ts";
import type { SeparateAsk, SeparatedMessage } from "./separate-ask.ts";
import { createReadTrailing, type EmptyWords } from "./trailing-sentences.ts";

/** Longer compared texts need evidence at any similarity, in characters. */
const CALIBRATED_LENGTH = 200;

/**
 * Longer texts are never served by similarity, in characters. An embedder with a window of 256 tokens, such as
 * MiniLM, may not have read their end. A character of a script without spaces counts as three.
 */
const LONGEST_SEEN = 750;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;

/** Dependencies of the comparison. */
export interface CompareMessagesParts {
  readonly separateAsk: SeparateAsk;
  readonly languages: readonly AskLanguage[];
  readonly empty: EmptyWords;
  /** Compares two asks. */
  readonly compareAsks: CompareQuestions;
}

/**
 * Compares whole messages: their asks by the guards, their surroundings word for word. Not served by similarity:
 * an ask that cannot be separated from its surroundings, and a message with a trailing sentence that the other
 * lacks. `Not.` or `Just kidding.` hardly changes a vector.
 */
export function createCompareMessages(parts: CompareMessagesParts): CompareQuestions {
  const { separateAsk, languages, empty, compareAsks } = parts;
  const haveSameSurroundings = createSurroundingsComparer(languages, empty);
  const readTrailing = createReadTrailing(languages, empty);
  const trailingOf = ({ text }: SeparatedMessage, other: SeparatedMessage) => ({
    before: [],
    after: readTrailing(text, other.text),
  });
  return (asked, stored, switches = {}, tenant) => {
    const [left, right] = [separateAsk(asked, tenant), separateAsk(stored, tenant)];
    const ofAsks = compareAsks(left.text, right.text, switches, tenant);
    const isTurned = !haveSameSurroundings(trailingOf(left, right), trailingOf(right, left));
    const findings = isTurned ? [DIFFER, ...ofAsks] : ofAsks;
    if (unseenText(left.text) !== unseenText(right.text)) return [UNSEEN, ...findings];
    if (isWhole(left) && isWhole(right)) return findings;
    return [...compareAround(left, right, haveSameSurroundings), ...findings];
  };
}

const UNSEEN: GuardFinding = {
  guard: "surroundings",
  strength: "hard",
  reason: "unseen-text-differs",
};

const DIFFER: GuardFinding = {
  guard: "surroundings",
  strength: "hard",
  reason: "surroundings-differ",
};

function isWhole({ kind, text }: SeparatedMessage): boolean {
  return kind === "whole" && text.length <= CALIBRATED_LENGTH;
}

function isBeyondWindow(text: string): boolean {
  return text.length + 2 * (text.match(UNSPACED)?.length ?? 0) > LONGEST_SEEN;
}

function compareAround(
  left: SeparatedMessage,
  right: SeparatedMessage,
  haveSameSurroundings: ReturnType<typeof createSurroundingsComparer>,
): readonly GuardFinding[] {
  const guard = "surroundings";
  if ([left, right].some(({ kind, text }) => kind === "unseparated" || isBeyondWindow(text)))
    return [{ guard, strength: "hard", reason: "ask-not-separated" }];
  if (!haveSameSurroundings(left, right)) return [DIFFER];
  const isLong = [left, right].some(
    ({ text, asks }) => asks > 1 || text.length > CALIBRATED_LENGTH,
  );
  return isLong ? [{ guard, strength: "soft", reason: "longer-than-calibrated" }] : [];
}
