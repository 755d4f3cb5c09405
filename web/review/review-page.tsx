import { useState } from "preact/hooks";
import { withQuery } from "../api/client.ts";
import type { ReviewItem, ReviewList } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import type { PageProps } from "../app/page-props.ts";
import { setQuery } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Field } from "../components/field.tsx";
import { KeyArea } from "../components/key-area.tsx";
import { Listing } from "../components/listing.tsx";
import { Loading } from "../components/loading.tsx";
import { Moment } from "../components/moment.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { formatMany } from "../format/numbers.ts";
import { REASON_NAMES } from "./reasons.ts";
import { ReviewCard } from "./review-card.tsx";
import { keyOf, useReview, type ReviewState } from "./use-review.ts";
import "./review.css";

/** Answers that a person should look at: reported, noted, unsure, expiring or stale. */
export function ReviewPage({ query }: PageProps) {
  const reason = query.get("reason") ?? "";
  const state = useReview(reason);
  return (
    <PageBody title="Review" lead="Answers that readers reported, or that may need a person.">
      <Section title="To review" actions={<span class="soft">{progressOf(state)}</span>}>
        <ReasonFilter reason={reason} />
        <Queue key={reason} state={state} />
      </Section>
      <Resolved key={`${reason} ${state.waiting}`} reason={reason} />
    </PageBody>
  );
}

function progressOf({ waiting, hasMore }: ReviewState): string {
  if (waiting === undefined) return "";
  return `${formatMany(waiting, "answer")}${hasMore ? " and more" : ""} to review`;
}

function ReasonFilter({ reason }: { readonly reason: string }) {
  return (
    <Field label="Show">
      {(ids) => (
        <select
          {...ids}
          value={reason}
          onChange={(event) => setQuery({ reason: event.currentTarget.value || undefined })}
        >
          <option value="">All reasons</option>
          {Object.entries(REASON_NAMES).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One item at a time, with a key for each decision. */
function Queue({ state }: { readonly state: ReviewState }) {
  const { current, resolve, skip, error, reload, waiting } = state;
  const [correcting, setCorrecting] = useState<string>();
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (waiting === undefined) return <Loading label="Answers to review" />;
  const id = current && keyOf(current);
  const keys = {
    k: () => void resolve("keep"),
    c: () => {
      if (current?.question !== null) setCorrecting(id);
    },
    p: () => {
      if (current !== undefined && current.entry !== null) void resolve("pin");
    },
    r: () => void resolve("remove"),
    n: skip,
  };
  return (
    <KeyArea label="Answer to review: K, C, P, R and N act here" keys={keys}>
      {current === undefined ? (
        <EmptyState title="Nothing to review">
          Answers appear here when readers rate them, when they are served near the threshold, when
          written or pinned answers expire, and when their documents change.
        </EmptyState>
      ) : (
        <ReviewCard
          key={id}
          item={current}
          state={state}
          isCorrecting={correcting === id}
          onCorrect={(isCorrecting) => setCorrecting(isCorrecting ? id : undefined)}
        />
      )}
    </KeyArea>
  );
}

const ACTION_NAMES = { keep: "Kept", correct: "Corrected", pin: "Pinned", remove: "Removed" };

/** Items that a person has decided on, the newest first. */
function Resolved({ reason }: { readonly reason: string }) {
  const path = withQuery("/v1/feedback", { state: "done", reason, limit: 20 });
  const pages = usePages<ReviewList>(path);
  const rows = pages.replies?.flatMap(({ feedback }) => feedback);
  return (
    <Section title="Reviewed">
      <Listing
        pages={pages}
        rows={rows}
        label="Reviewed answers"
        empty={<p class="soft">None yet.</p>}
      >
        {(items) => (
          <Table<ReviewItem>
            caption="Reviewed answers"
            keyOf={keyOf}
            rows={items}
            columns={[
              { name: "Question", isName: true, cell: ({ question }) => question ?? "Not stored" },
              { name: "Reason", isMinor: true, cell: (item) => REASON_NAMES[item.reason] },
              {
                name: "Decision",
                cell: ({ resolution }) => resolution && ACTION_NAMES[resolution.action],
              },
              { name: "By", isMinor: true, cell: ({ resolution }) => resolution?.author },
              {
                name: "When",
                cell: ({ resolution }) => resolution && <Moment at={resolution.at} />,
              },
            ]}
          />
        )}
      </Listing>
    </Section>
  );
}
