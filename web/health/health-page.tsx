import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function HealthPage() {
  return (
    <PageBody title="Health">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
