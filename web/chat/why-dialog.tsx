import type { ComponentChildren } from "preact";
import { hasScope, session } from "../app/session.ts";
import { Badge } from "../components/badge.tsx";
import { Dialog } from "../components/dialog.tsx";
import { formatDuration } from "../format/numbers.ts";
import { formatAge } from "../format/time.ts";
import { Explained } from "./explained.tsx";
import type { Answer } from "./turn.ts";
import { describeReason, verdictOf } from "./verdict-words.ts";

interface Props {
  readonly question: string;
  readonly answer: Answer;
  readonly onClose: () => void;
}

/** Why the cache was used or not, and the nearest cached questions. */
export function WhyDialog({ question, answer, onClose }: Props) {
  const { cache } = answer;
  const now = session.value;
  const isAdmin = now.state === "signed-in" && hasScope(now.who, "admin");
  return (
    <Dialog title="Why this answer" kind="side" onClose={onClose}>
      {cache !== undefined && <Decision answer={answer} cache={cache} />}
      {isAdmin ? (
        <Explained question={cache?.question ?? question} />
      ) : (
        <p class="soft">Administrators also see the nearest cached questions here.</p>
      )}
    </Dialog>
  );
}

interface DecisionProps {
  readonly answer: Answer;
  readonly cache: NonNullable<Answer["cache"]>;
}

function Decision({ answer, cache }: DecisionProps) {
  const { tone, words } = verdictOf(answer);
  const stages = Object.entries(answer.reply?.timings_ms ?? {}).filter(([, time]) => time > 0);
  return (
    <dl class="facts">
      <Fact name="Verdict">
        <Badge tone={tone}>{words}</Badge> {cache.reasons.map(describeReason).join(", ")}
      </Fact>
      <Fact name="Looked up as">{cache.question}</Fact>
      {cache.matched_question !== null && (
        <Fact name="Asked before as">{cache.matched_question}</Fact>
      )}
      {cache.similarity !== null && (
        <Fact name="Similarity">
          {cache.similarity.toFixed(4)}, threshold {cache.threshold}
        </Fact>
      )}
      {cache.age_seconds !== null && (
        <Fact name="Cached">{formatAge(cache.age_seconds)} earlier</Fact>
      )}
      {stages.length > 0 && (
        <Fact name="Time">
          {stages.map(([stage, time]) => `${stage} ${formatDuration(time)}`).join(" · ")}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
