import { useEffect, useRef } from "preact/hooks";
import type { Citation, KnowledgeDocument } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { Dialog } from "../components/dialog.tsx";
import { Loaded } from "../components/loaded.tsx";

interface Props {
  readonly citation: Citation;
  readonly onClose: () => void;
}

/** Shows a passage in its document. */
export function DocumentDialog({ citation, onClose }: Props) {
  const path = `/v1/documents/${encodeURIComponent(citation.document_id)}`;
  const document = useResource<KnowledgeDocument>(path);
  return (
    <Dialog title={citation.title} kind="side" onClose={onClose}>
      <Loaded of={document} label="The document">
        {({ text }) => <MarkedText text={text} citation={citation} />}
      </Loaded>
    </Dialog>
  );
}

function MarkedText({ text, citation }: { readonly text: string; readonly citation: Citation }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => mark.current?.scrollIntoView({ block: "center" }), []);
  const { start, end, passage } = citation;
  if (text.slice(start, end) !== passage) {
    return (
      <>
        <p class="soft">The document has changed since then. The passage was:</p>
        <blockquote class="document-text" dir="auto">
          <mark>{passage}</mark>
        </blockquote>
      </>
    );
  }
  return (
    <div class="document-text" dir="auto">
      {text.slice(0, start)}
      <mark ref={mark}>{passage}</mark>
      {text.slice(end)}
    </div>
  );
}
