import type { PageProps } from "../app/pages.ts";
import { ConversationTitles, useConversationTitles } from "./conversation-name.tsx";
import { ConversationView } from "./conversation-view.tsx";
import { DayView } from "./day-view.tsx";
import { Overview } from "./overview.tsx";
import "./costs.css";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is spent and saved: `/costs`, `/costs/DAY`, and `/costs/DAY/CONVERSATION` or `/costs/all/…`. */
export function CostsPage({ rest, query }: PageProps) {
  const titles = useConversationTitles();
  const [time = "", id] = rest;
  const day = DAY.test(time) ? time : undefined;
  return (
    <ConversationTitles.Provider value={titles}>
      {id !== undefined ? (
        <ConversationView key={id} id={id} day={day} />
      ) : day !== undefined ? (
        <DayView key={day} day={day} />
      ) : (
        <Overview query={query} />
      )}
    </ConversationTitles.Provider>
  );
}
