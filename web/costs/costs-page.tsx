import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function CostsPage() {
  return (
    <PageBody title="Costs">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
