import type { RefObject } from "preact";
import { Markdown } from "../markdown/markdown.tsx";

interface Props {
  readonly node: RefObject<HTMLDivElement | null>;
  readonly text: string;
  /** No text has arrived yet. */
  readonly isWaiting: boolean;
  /** The number of each citation in the text. */
  readonly numbers: readonly number[];
  readonly titles: readonly string[];
  /** Opens the citation with this index. */
  readonly onOpen: (place: number) => void;
}

/** The text of an answer; citation marks open their sources. */
export function AnswerText({ node, text, isWaiting, numbers, titles, onOpen }: Props) {
  function mark(number: number) {
    const place = numbers.indexOf(number);
    const title = titles[place];
    if (title === undefined) return <span class="mark">[{number}]</span>;
    return (
      <button
        type="button"
        class="mark"
        title={title}
        aria-label={`Source ${number}: ${title}`}
        onClick={() => onOpen(place)}
      >
        [{number}]
      </button>
    );
  }

  return (
    <div ref={node} class={isWaiting ? "answer waiting" : "answer"} dir="auto">
      <Markdown
        text={text}
        citation={(cited, written) =>
          cited.some((number) => numbers.includes(number)) ? (
            cited.map(mark)
          ) : (
            <span class="mark">{written}</span>
          )
        }
      />
    </div>
  );
}
