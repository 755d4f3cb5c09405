import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Citation } from "../api/types.ts";
import { plainText } from "../markdown/plain-text.ts";
import { sentencesCiting } from "./cited-numbers.ts";
import { markCited } from "./cited-span.ts";
import { DocumentDialog } from "./document-dialog.tsx";

interface Props {
  /** The answer's text, to mark the supporting part of each passage. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** The number of each citation in the text. */
  readonly numbers: readonly number[];
  /** The list element; its items are in the order of the citations. */
  readonly list: RefObject<HTMLUListElement | null>;
}

/** The cited sources. Each opens to its passage, with the supporting part marked. */
export function Sources({ text, citations, numbers, list }: Props) {
  const [shown, setShown] = useState<Citation>();
  if (citations.length === 0) return null;
  return (
    <>
      <h3 class="label">Sources</h3>
      <ul class="sources" ref={list}>
        {citations.map((citation, place) => (
          <li key={place}>
            <Source
              citation={citation}
              number={numbers[place]}
              text={text}
              onShow={() => setShown(citation)}
            />
          </li>
        ))}
      </ul>
      {shown !== undefined && (
        <DocumentDialog citation={shown} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}

interface SourceProps {
  readonly citation: Citation;
  readonly number: number | undefined;
  readonly text: string;
  readonly onShow: () => void;
}

function Source({ citation, number, text, onShow }: SourceProps) {
  const said = number === undefined ? [] : sentencesCiting(text, number);
  return (
    <details>
      <summary>
        <span class="place">{number ?? "·"}</span>
        <span class="title" dir="auto">
          {citation.title}
        </span>
      </summary>
      <blockquote dir="auto" tabIndex={0}>
        {markCited(plainText(citation.passage), said).map((part) =>
          part.isCited ? <mark>{part.text}</mark> : part.text,
        )}
      </blockquote>
      <button type="button" class="link" onClick={onShow}>
        Show in the document
      </button>
    </details>
  );
}

/** Opens a source of a list and scrolls to it. */
export function openSource(list: HTMLUListElement | null, place: number): void {
  const details = list?.children[place]?.querySelector("details");
  if (details === null || details === undefined) return;
  details.open = true;
  details.querySelector("summary")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}
