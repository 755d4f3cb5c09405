import { EmptyState } from "../components/empty-state.tsx";
import { PageBody } from "../components/page.tsx";

export function ChatPage() {
  return (
    <PageBody title="Chat">
      <EmptyState title="Nothing here yet" />
    </PageBody>
  );
}
