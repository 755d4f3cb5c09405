/** `<|im_end|>`, `<｜end▁of▁sentence｜>`: the words between the bars say whether it is an end. */
const BARRED =
  "<[|｜](?:[a-z0-9]+[_▁-])*(?:end|eo[stmd]|endof[a-z]+|return)(?:[_▁-][a-z0-9]+)*[|｜]>";
const MARK = `(?:</s>|<eo[stmd]>|<end_of_[a-z]+>|${BARRED})`;
const FIRST_MARK = new RegExp(`^${MARK}\\s*`, "i");
/** After a mark. */
const MARK_OR_SPACE = new RegExp(`^(?:\\s+|${MARK}\\s*)`, "i");
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
  /** Marks that may be the end, with the white space after them. */
  let marks = "";
  /** What comes after them: the beginning of another one. */
  let rest = "";

  const release = () => {
    const text = marks + rest;
    marks = rest = "";
    return text;
  };

  /** Up to the next place where a mark may begin. */
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

/** In code, or the end of a text that is struck through (`<s>…</s>`), a mark belongs to the answer. */
function isOwn(marks: string, said: string): boolean {
  const isInCode = (said.match(/`/g)?.length ?? 0) % 2 === 1;
  const count = (tag: RegExp) => said.match(tag)?.length ?? 0;
  return isInCode || (/^<\/s>/i.test(marks) && count(/<s>/gi) > count(/<\/s>/gi));
}
