import { EmptyState } from "../components/empty-state.tsx";
import { KeyArea } from "../components/key-area.tsx";
import { Loading } from "../components/loading.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";
import { formatMany } from "../format/numbers.ts";
import { LabelCard } from "./label-card.tsx";
import { useLabelling, type LabellingState } from "./use-labelling.ts";

/** Near misses, with two keys to label whether the cached answer fits. */
export function Labelling({ onLabelled }: { readonly onLabelled: () => void }) {
  const state = useLabelling(onLabelled);
  const { label, skip, undo } = state;
  const keys = {
    s: () => void label(true),
    d: () => void label(false),
    n: skip,
    u: () => void undo(),
  };
  return (
    <Section
      title="Does the cached answer fit the question?"
      actions={<span class="soft">{progressOf(state)}</span>}
    >
      <KeyArea label="Lookup to label: S, D, N and U act here" keys={keys}>
        <Body state={state} />
      </KeyArea>
    </Section>
  );
}

function Body({ state }: { readonly state: LabellingState }) {
  const { current, error, reload, waiting, canUndo, undo } = state;
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (waiting === undefined) return <Loading label="Near misses" />;
  if (current !== undefined) return <LabelCard key={current.id} lookup={current} state={state} />;
  return (
    <EmptyState
      title="Nothing to label"
      action={
        canUndo ? (
          <button type="button" onClick={() => void undo()}>
            Undo last
          </button>
        ) : undefined
      }
    >
      All near misses have a label, or there are none yet. They appear here as questions are asked,
      the closest first.
    </EmptyState>
  );
}

function progressOf({ labelled, waiting = 0, hasMore }: LabellingState): string {
  const left = `${formatMany(waiting, "lookup")}${hasMore ? " and more" : ""} to label`;
  return labelled === 0 ? left : `${formatMany(labelled, "label")} given, ${left}`;
}
