import type { PageProps } from "../app/page-props.ts";
import { Nowhere } from "../components/nowhere.tsx";
import { ConversationTitles, useConversationTitles } from "./conversation-name.tsx";
import { ConversationView } from "./conversation-view.tsx";
import { DayView } from "./day-view.tsx";
import { Overview } from "./overview.tsx";
import { isDay } from "./range.ts";
import "./costs.css";

/** Used in the path instead of a day: all days. */
const ALL = "all";

/** Costs and savings: `/costs`, `/costs/DAY`, and `/costs/DAY/CONVERSATION` or `/costs/all/…`. */
export function CostsPage({ rest, query }: PageProps) {
  const titles = useConversationTitles();
  const [time = ALL, id] = rest;
  if (time !== ALL && !isDay(time)) {
    return <Nowhere title="Invalid date" action={<a href="/costs">All costs</a>} />;
  }
  const day = time === ALL ? undefined : time;
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
