import type { ComponentChildren } from "preact";
import { useTitle } from "./use-title.ts";

interface Props {
  readonly title: string;
  /** A sentence on the purpose of the page. */
  readonly lead?: ComponentChildren;
  /** Actions for the whole page, to the right of its title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of every page but the chat. */
export function PageBody({ title, lead, actions, children }: Props) {
  useTitle(title);
  return (
    <main id="page" class="page" tabIndex={-1}>
      <div class="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </main>
  );
}

interface SectionProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A section of a page with a heading. */
export function Section({ title, actions, children }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
