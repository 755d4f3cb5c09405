import type { Explanation } from "../api/types.ts";
import { usePosted } from "../api/use-posted.ts";
import { Badge, type Tone } from "../components/badge.tsx";
import { Loading } from "../components/loading.tsx";
import { Problem } from "../components/problem.tsx";
import { describeReason, ofOutcome } from "./verdict-words.ts";

type Neighbour = Explanation["nearest"][number];

/** What the cache would do with a question now, and the cached questions it is compared with. */
export function Explained({ question }: { readonly question: string }) {
  const { data, error, reload } = usePosted<Explanation>("/v1/cache/explain", {
    message: question,
  });
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (data === undefined) return <Loading label="The explanation" />;
  const { tone, words } = ofOutcome({ ...data, similarity: null });
  return (
    <>
      <h3 class="label">If asked now</h3>
      <p class="verdict">
        <Badge tone={tone}>{words}</Badge>
        <span class="note">{data.reasons.map(describeReason).join(", ")}</span>
      </p>
      <h3 class="label">Nearest cached questions</h3>
      {data.nearest.length === 0 ? (
        <p class="soft">
          There are none in this scope yet. Answers that cite documents are cached.
        </p>
      ) : (
        <ol class="neighbours">
          {data.nearest.map((neighbour) => (
            <NeighbourView key={neighbour.entry_id} {...neighbour} />
          ))}
        </ol>
      )}
    </>
  );
}

const AGREEMENTS: Readonly<Record<Neighbour["evidence"]["agreement"], string>> = {
  both: "both searches find the same section",
  one: "one of two searches finds the same section",
  none: "the searches find different sections",
  apart: "the documents distinguish the differing word",
  unknown: "not compared",
};

function NeighbourView({ question, similarity, guards, evidence, verdict }: Neighbour) {
  return (
    <li>
      <p dir="auto">{question}</p>
      <p class="badges">
        <Badge>{similarity.toFixed(4)}</Badge>
        <Badge tone={verdict.tier === null ? "plain" : "good"}>
          {verdict.tier === null ? "not served" : `served as ${verdict.tier}`}
        </Badge>
        {guards.map(({ guard, strength, reason }) => (
          <Badge key={guard + reason} tone={toneOf(strength)}>
            {describeReason(reason)}
          </Badge>
        ))}
      </p>
      <p class="soft">
        {[
          ...verdict.reasons.map(describeReason),
          AGREEMENTS[evidence.agreement],
          evidence.stands ? "its sources are unchanged" : "its sources have changed",
        ].join(" · ")}
      </p>
    </li>
  );
}

function toneOf(strength: "hard" | "soft"): Tone {
  return strength === "hard" ? "bad" : "warn";
}
