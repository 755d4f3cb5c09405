import type { DocumentPassages } from "../api/types.ts";
import { plainText } from "../markdown/plain-text.ts";
import { useResource } from "../api/use-resource.ts";
import { Loading } from "../components/loading.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { formatMany } from "../format/numbers.ts";

interface Props {
  /** The document id. */
  readonly path: string;
  /** Reloads when it changes. */
  readonly version: number;
}

/** The passages of a document, in the order of the text. */
export function DocumentPassageList({ path, version }: Props) {
  const passages = `${path}/passages?version=${version}`;
  const { data, error, reload } = useResource<DocumentPassages>(passages);
  return (
    <Section title="Passages">
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Loading label="Passages" />}
      <ol class="passages">
        {data?.passages.map(({ headings, text, start, end }) => (
          <li key={start}>
            <p class="passage-head">
              <span dir="auto">{headings.map(plainText).join(" › ") || "Beginning"}</span>
              <span class="soft">{formatMany(end - start, "character")}</span>
            </p>
            <p class="passage-text" dir="auto">
              {plainText(text)}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
