import { endsInCode } from "./text-place.ts";

/** `<|im_end|>`, `<｜end▁of▁sentence｜>`: the words between the bars decide. */
const BARRED =
  "<[|｜](?:[a-z0-9]+[_▁-])*(?:end|eo[stmd]|endof[a-z]+|return)(?:[_▁-][a-z0-9]+)*[|｜]>";
const MARK = `(?:</s>|<eo[stmd]>|<end_of_[a-z]+>|${BARRED})`;
const FIRST_MARK = new RegExp(`^${MARK}\\s*`, "i");
/** A further mark or white space, after a mark. */
const MARK_OR_SPACE = new RegExp(`^(?:\\s+|${MARK}\\s*)`, "i");
/** A text that may become a mark with the next piece. */
const PARTIAL = /^<(?:\/s?|[a-z_]{0,24}|[|｜][a-z0-9_▁-]{0,40}[|｜]?)$/i;

/** Removes chat templates' end marks from the end of a streamed text. */
export interface EndMarkFilter {
  /** Adds text and returns the part that is certainly no end mark. */
  push(text: string): string;
  /** Returns the held-back text, if text of another kind follows. */
  release(): string;
  /**
   * Returns the held-back text at the end, unless it is an end mark.
   *
   * @param said the text so far
   */
  end(said: string): string;
}

/**
 * Servers without configured stop words send the mark that ends an answer (`</s>`, `<|eot_id|>`) as text. Marks
 * are removed only at the end: an answer about such marks has text after them, or has them in code.
 */
export function createEndMarkFilter(): EndMarkFilter {
  /** Possible end marks, with the white space after them. */
  let marks = "";
  /** Text after them: the beginning of another mark. */
  let rest = "";

  const release = () => {
    const text = marks + rest;
    marks = rest = "";
    return text;
  };

  /** Returns the text up to the next possible start of a mark. */
  function giveText(): string {
    const before = marks;
    const next = rest.indexOf("<", 1);
    const text = next === -1 ? rest : rest.slice(0, next);
    rest = rest.slice(text.length);
    marks = "";
    return before + text;
  }

  return {
    release,
    push(text) {
      rest += text;
      let given = "";
      while (rest !== "") {
        const mark = (marks === "" ? FIRST_MARK : MARK_OR_SPACE).exec(rest)?.[0];
        if (mark !== undefined) {
          marks += mark;
          rest = rest.slice(mark.length);
        } else if (PARTIAL.test(rest)) break;
        else given += giveText();
      }
      return given;
    },
    end(said) {
      const isEnd = rest === "" && !isOwn(marks, said);
      const text = release();
      return isEnd ? "" : text;
    },
  };
}

/** A mark belongs to the answer in code, or at the end of struck-through text (`<s>…</s>`). */
function isOwn(marks: string, said: string): boolean {
  const count = (tag: RegExp) => said.match(tag)?.length ?? 0;
  return endsInCode(said) || (/^<\/s>/i.test(marks) && count(/<s>/gi) > count(/<\/s>/gi));
}
