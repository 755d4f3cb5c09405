import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function TuningPage() {
  return (
    <PageBody title="Tuning">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
