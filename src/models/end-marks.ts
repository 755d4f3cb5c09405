/** `<|im_end|>`, `<｜end▁of▁sentence｜>`: the words between the bars say whether it is an end. */
const BARRED =
  "<[|｜](?:[a-z0-9]+[_▁-])*(?:end|eo[stmd]|endof[a-z]+|return)(?:[_▁-][a-z0-9]+)*[|｜]>";
const MARK = `(?:</s>|<eo[stmd]>|<end_of_[a-z]+>|${BARRED})`;
const MARKS = new RegExp(`^(?:${MARK}\\s*)+`, "i");
/** A text that may become a mark with what comes next. */
const PARTIAL = /^<(?:\/s?|[a-z_]{0,24}|[|｜][a-z0-9_▁-]{0,40}[|｜]?)$/i;

/** Takes the end marks of chat templates from the end of a text, as it comes. */
export interface EndMarkFilter {
  /** What of the text is no end mark, as far as that is known. */
  push(text: string): string;
  /** What was held back; the text goes on in another way. */
  release(): string;
  /**
   * What was held back at the end, where it is no end mark.
   *
   * @param said the text so far
   */
  end(said: string): string;
}

/**
 * Servers whose stop words are not set send the mark that ends an answer (`</s>`, `<|eot_id|>`) as text. It is
 * taken out at the end only: an answer that speaks of such marks goes on after them, or has them in code.
 */
export function createEndMarkFilter(): EndMarkFilter {
  let held = "";
  const release = () => {
    const text = held;
    held = "";
    return text;
  };
  return {
    release,
    push(text) {
      held += text;
      let given = "";
      for (;;) {
        const length = lengthBefore(held);
        if (length === 0) return given;
        given += held.slice(0, length);
        held = held.slice(length);
      }
    },
    end(said) {
      const text = release();
      return MARKS.exec(text)?.[0] === text && !isOwn(text, said) ? "" : text;
    },
  };
}

/** Length of the beginning that surely is no end mark at the end of the text. */
function lengthBefore(held: string): number {
  const start = held.indexOf("<");
  if (start !== 0) return start === -1 ? held.length : start;
  const { length } = MARKS.exec(held)?.[0] ?? "";
  const rest = held.slice(length);
  if ((length > 0 && rest === "") || PARTIAL.test(rest)) return 0;
  return Math.max(1, length);
}

/** In code, or the end of a text that is struck through (`<s>…</s>`), a mark belongs to the answer. */
function isOwn(marks: string, said: string): boolean {
  const isInCode = (said.match(/`/g)?.length ?? 0) % 2 === 1;
  const count = (tag: RegExp) => said.match(tag)?.length ?? 0;
  return isInCode || (/^<\/s>/i.test(marks) && count(/<s>/gi) > count(/<\/s>/gi));
}
