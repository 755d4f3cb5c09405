import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** Delay after the last keystroke, in milliseconds. */
const PAUSE_MS = 250;

interface Props {
  /** The label, such as "Search documents". */
  readonly label: string;
  readonly value: string;
  /** Called when typing pauses. */
  readonly onSearch: (words: string) => void;
}

/** A field that searches while typing. */
export function SearchField({ label, value, onSearch }: Props) {
  const [words, setWords] = useState(value);
  useEffect(() => {
    if (words === value) return;
    const timer = setTimeout(() => onSearch(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  useEffect(() => setWords(value), [value]);

  return (
    <label class="search">
      <Icon name="search" />
      <span class="unseen">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
    </label>
  );
}
