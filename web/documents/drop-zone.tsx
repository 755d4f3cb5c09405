import { useRef, useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";

interface Props {
  readonly onFiles: (files: readonly File[]) => void;
}

/** Accepts files by choosing or dropping. */
export function DropZone({ onFiles }: Props) {
  const [isOver, setIsOver] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  function take(list: FileList | null | undefined) {
    if (list && list.length > 0) onFiles([...list]);
    if (field.current !== null) field.current.value = "";
  }

  return (
    <div
      class={isOver ? "drop-zone over" : "drop-zone"}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name="upload" />
      <p>
        <label>
          <input
            ref={field}
            class="unseen"
            type="file"
            multiple
            onChange={(event) => take(event.currentTarget.files)}
          />
          <span class="link-like">Choose files</span>
        </label>{" "}
        or drop them here. PDF, Office, CSV, JSON, HTML, e-mail, Markdown or text, or a ZIP of them;
        20 MB at most each.
      </p>
    </div>
  );
}
