import { wilsonInterval } from "./interval.ts";
import { formatTable } from "./table.ts";
import type { Evaluation, PairCount, PlainCount, StreamCount } from "./types.ts";

/** The figures as JSON, without what only the tables tell. */
export function reportJson({ streams, ...others }: Evaluation): string {
  const counts = ({ rows, hits, wrong }: StreamCount) => ({ rows, hits, wrong });
  const plainer = Object.entries(streams).map(([name, { plain95, bestPlain, reprise }]) => [
    name,
    { plain95: counts(plain95), bestPlain: counts(bestPlain), reprise: counts(reprise) },
  ]);
  return JSON.stringify({ streams: Object.fromEntries(plainer), ...others }, null, 2);
}

/** The figures as tables of plain text, each share with its 95 % interval. */
export function reportTables(evaluation: Evaluation): string {
  return [
    section("Streams", streamTable(evaluation)),
    section("Pairs of questions, served one another's answer", pairTable(evaluation)),
    section("Conversations", conversationTable(evaluation)),
    section("Retrieval", retrievalTable(evaluation)),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function section(title: string, [head = [], ...rows]: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${formatTable([head, ...rows])}`;
}

function streamTable({ streams }: Evaluation): string[][] {
  const plainName = ({ threshold }: PlainCount) =>
    threshold === null ? "no plain threshold" : `plain ${threshold.toFixed(2)}`;
  const row = (stream: string, way: string, { rows, hits, wrong }: StreamCount) => [
    stream,
    way,
    String(rows),
    share(hits, rows),
    share(wrong, hits),
    String(wrong),
  ];
  return [
    ["stream", "served by", "rows", "hits", "wrong of the hits", "wrong"],
    ...Object.entries(streams).flatMap(([name, { plain95, bestPlain, reprise }]) => [
      row(name, plainName(plain95), plain95),
      row(name, `${plainName(bestPlain)} (best)`, bestPlain),
      row(name, "Reprise", reprise),
    ]),
  ];
}

function pairTable({ pairs }: Evaluation): string[][] {
  const row = (set: string, kind: string, plain: PairCount, reprise: PairCount) => [
    set,
    kind,
    String(plain.same),
    share(plain.sameServed, plain.same),
    share(reprise.sameServed, reprise.same),
    String(plain.different),
    share(plain.differentServed, plain.different),
    share(reprise.differentServed, reprise.different),
  ];
  return [
    ["pairs", "kind", "same", "plain 0.95", "Reprise", "different", "plain 0.95", "Reprise"],
    ...Object.entries(pairs).flatMap(([name, { plain95, reprise }]) => [
      row(name, "all", plain95, reprise),
      ...Object.entries(plain95.byKind).map(([kind, plain]) =>
        row(name, kind, plain, reprise.byKind[kind] ?? plain),
      ),
    ]),
  ];
}

function conversationTable({ multiturn }: Evaluation): string[][] {
  return [
    [
      "conversations",
      "need context",
      "recognised",
      "first turns",
      "held back",
      "collisions",
      "wrong",
    ],
    ...Object.entries(multiturn).map(([name, turns]) => [
      name,
      String(turns.needContext),
      share(turns.recognised, turns.needContext),
      String(turns.selfContained),
      share(turns.flagged, turns.selfContained),
      String(turns.collisions),
      share(turns.wrong, turns.collisions),
    ]),
  ];
}

function retrievalTable({ rag }: Evaluation): string[][] {
  return [
    ["documents", "queries", "hit@1", "hit@5", "MRR@10"],
    ...Object.entries(rag).map(([name, { queries, hit1, hit5, mrr10 }]) => [
      name,
      String(queries),
      share(Math.round(hit1 * queries), queries),
      share(Math.round(hit5 * queries), queries),
      mrr10.toFixed(3),
    ]),
  ];
}

/** `4.5 % (3.2-6.3)`; a dash where there is nothing to have a share of. */
function share(count: number, total: number): string {
  if (total === 0) return "-";
  const { low, high } = wilsonInterval(count, total);
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${percent(count / total)} % (${percent(low)}-${percent(high)})`;
}
