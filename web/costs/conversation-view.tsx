import { useContext } from "preact/hooks";
import { withQuery } from "../api/client.ts";
import type { Conversation } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { toPath } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Loaded } from "../components/loaded.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { AnswerLine } from "./answer-line.tsx";
import { ConversationTitles } from "./conversation-name.tsx";
import { Crumbs } from "./crumbs.tsx";
import { Headline } from "./headline.tsx";
import { joinAnswers } from "./join-answers.ts";
import { TIME_ZONE } from "./range.ts";
import { sumLines } from "./sum-lines.ts";
import { useLedger } from "./use-ledger.ts";

interface Props {
  readonly id: string;
  /** Undefined for all days. */
  readonly day: string | undefined;
}

/** Costs and savings of each answer of a conversation. */
export function ConversationView({ id, day }: Props) {
  const ledger = useLedger(
    withQuery("/v1/reports/usage.ndjson", {
      conversation_id: id,
      from: day,
      to: day,
      time_zone: TIME_ZONE,
    }),
  );
  const spoken = useResource<Conversation>(`/v1${toPath("conversations", id)}`);
  const title = useContext(ConversationTitles).get(id);
  return (
    <PageBody
      title={title === undefined || title === "" ? "Conversation" : title}
      lead={<Crumbs day={day} />}
      actions={
        spoken.data !== undefined && <a href={toPath("conversations", id)}>Open in the chat</a>
      }
    >
      <Loaded of={ledger} label="The conversation">
        {(lines) =>
          lines.length === 0 ? (
            <Unknown day={day} isKept={spoken.data !== undefined} />
          ) : (
            <>
              <Headline totals={sumLines(lines)} />
              <Section title="Answers">
                <ol class="answer-lines">
                  {joinAnswers(lines, spoken.data?.transcript ?? []).map((answer) => (
                    <AnswerLine key={answer.line.id} {...answer} isRead={!spoken.isLoading} />
                  ))}
                </ol>
              </Section>
            </>
          )
        }
      </Loaded>
    </PageBody>
  );
}

interface UnknownProps {
  readonly day: string | undefined;
  /** Whether its transcript exists. */
  readonly isKept: boolean;
}

/** Shown when a conversation has no recorded costs. */
function Unknown({ day, isKept }: UnknownProps) {
  return (
    <EmptyState
      title={isKept ? "No costs recorded" : "Conversation not found"}
      action={
        <a href={day === undefined ? "/costs" : toPath("costs", day)}>
          {day === undefined ? "All costs" : "All of this day"}
        </a>
      }
    >
      It has no recorded answer{day === undefined ? "" : " on this day"}. Costs appear shortly after
      an answer ends.
    </EmptyState>
  );
}
