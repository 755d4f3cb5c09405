import type { ComponentChildren } from "preact";
import { withQuery } from "../api/client.ts";
import type { CacheStats } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { Loading } from "../components/loading.tsx";
import { Money } from "../components/money.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Table, type Column } from "../components/table.tsx";
import { formatCount } from "../format/numbers.ts";

/** The tops of both rankings, side by side. */
const LIMIT = 8;

type Asked = CacheStats["most_asked"][number];
type Saved = CacheStats["most_saved"][number];

const ASKED: readonly Column<Asked>[] = [
  { name: "Question", isName: true, cell: (row) => <QuestionLink question={row.question} /> },
  { name: "Times", isNumber: true, cell: ({ times }) => formatCount(times) },
];
const SAVED: readonly Column<Saved>[] = [
  { name: "Question", isName: true, cell: (row) => <QuestionLink question={row.question} /> },
  { name: "Saved", isNumber: true, cell: ({ saved }) => <Money usd={saved} /> },
];

/** The most asked questions, and those with the highest savings. */
export function TopQuestions() {
  const { data, error, reload } = useResource<CacheStats>(`/v1/cache/stats?limit=${LIMIT}`);
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (data === undefined) return <Loading label="Most asked" />;
  return (
    <div class="pair">
      <Section title="Most asked">
        <OrNothing
          isEmpty={data.most_asked.length === 0}
          text="Questions are counted here as they are asked."
        >
          <Table
            caption="Most asked questions"
            columns={ASKED}
            rows={data.most_asked}
            keyOf={({ question }) => question}
          />
        </OrNothing>
      </Section>
      <Section title="Highest savings">
        <OrNothing
          isEmpty={data.most_saved.length === 0}
          text="No savings yet. They need a cache hit and a model with a price."
        >
          <Table
            caption="Questions with the highest savings"
            columns={SAVED}
            rows={data.most_saved}
            keyOf={({ question }) => question}
          />
        </OrNothing>
      </Section>
    </div>
  );
}

function QuestionLink({ question }: { readonly question: string }) {
  return <a href={withQuery("/cache", { query: question })}>{question}</a>;
}

interface OrNothingProps {
  readonly isEmpty: boolean;
  readonly text: string;
  readonly children: ComponentChildren;
}

function OrNothing({ isEmpty, text, children }: OrNothingProps) {
  return isEmpty ? <p class="soft">{text}</p> : <>{children}</>;
}
