import type { ComponentChildren } from "preact";
import { useTitle } from "./use-title.ts";

interface Props {
  readonly title: string;
  /** A sentence on what the page is for. */
  readonly lead?: ComponentChildren;
  /** What can be done with the page as a whole, at the right of its title. */
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

/** A part of a page under a heading of its own. */
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
