import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function CachePage() {
  return (
    <PageBody title="Cache">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
