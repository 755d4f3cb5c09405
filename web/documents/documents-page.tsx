import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function DocumentsPage() {
  return (
    <PageBody title="Documents">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
