import { answerTable, fileTable, sharingTable } from "./report-messages.ts";
import { share } from "./share.ts";
import { formatTable } from "./table.ts";
import type {
  ComparedPairs,
  Evaluation,
  PairCount,
  PairResult,
  PlainCount,
  StreamCount,
} from "./types.ts";

/** Figures as JSON, without those that only the tables have. */
export function reportJson({ streams, realistic, fow, ...others }: Evaluation): string {
  const counts = ({ rows, hits, wrong, wrongLabelled }: StreamCount) => {
    return { rows, hits, wrong, wrongLabelled };
  };
  const plainer = Object.entries(streams).map(([name, { plain95, bestPlain, reprise }]) => {
    const { plainRight, plainRightKept } = reprise;
    const kept = { ...counts(reprise), plainRight, plainRightKept };
    return [name, { plain95: counts(plain95), bestPlain: counts(bestPlain), reprise: kept }];
  });
  const { pairs, ...messages } = realistic;
  const realisticPairs = Object.entries(pairs).map(([name, found]) => [name, pairFigures(found)]);
  const report = {
    streams: Object.fromEntries(plainer),
    ...others,
    realistic: { ...Object.fromEntries(realisticPairs), ...messages },
    fow: { ...fow, pairs: fow.pairs && pairFigures(fow.pairs) },
  };
  return JSON.stringify(report, null, 2);
}

function pairFigures({ reprise, plain95 }: ComparedPairs) {
  return { ...reprise, plain95 };
}

/** Figures as plain-text tables; each share with its 95 % interval. */
export function reportTables(evaluation: Evaluation): string {
  const { realistic, fow } = evaluation;
  const fowPairs = fow.pairs === undefined ? {} : { "fow pairs": fow.pairs };
  const pairs = { ...evaluation.pairs, ...realistic.pairs, ...fowPairs };
  return [
    section("Streams", streamTable(evaluation)),
    section("Pairs of questions that share an answer", pairTable(pairs)),
    section("Pairs of conversations that share an answer", talkTable(fow)),
    section("Conversations", conversationTable(evaluation)),
    section("Messages, shared or held back", sharingTable(realistic)),
    section("Answers of the offline model", answerTable(evaluation)),
    section("Files of many types", fileTable(evaluation)),
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
  const row = (stream: string, way: string, count: StreamCount, kept = "") => [
    stream,
    way,
    String(count.rows),
    share(count.hits, count.rows),
    share(count.wrong, count.hits),
    String(count.wrong),
    String(count.wrongLabelled),
    kept,
  ];
  return [
    [
      "stream",
      "served by",
      "rows",
      "hits",
      "wrong of the hits",
      "wrong",
      "labelled so",
      "right hits of plain 0.95 kept",
    ],
    ...Object.entries(streams).flatMap(([name, { plain95, bestPlain, reprise }]) => [
      row(name, plainName(plain95), plain95),
      row(name, `${plainName(bestPlain)} (best)`, bestPlain),
      row(name, "Reprise", reprise, share(reprise.plainRightKept, reprise.plainRight)),
    ]),
  ];
}

function pairTable(pairs: Readonly<Record<string, ComparedPairs>>): string[][] {
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

function talkTable({ conversations, conversationsRewritten }: Evaluation["fow"]): string[][] {
  const ways: [string, PairResult | undefined][] = [
    ["no model", conversations],
    ["perfect rewriting", conversationsRewritten],
  ];
  const row = (way: string, kind: string, count: PairCount) => [
    way,
    kind,
    String(count.same),
    share(count.sameServed, count.same),
    String(count.different),
    share(count.differentServed, count.different),
  ];
  return [
    ["follow-ups", "kind", "same", "served", "different", "served"],
    ...ways.flatMap(([way, found]) =>
      found === undefined
        ? []
        : [
            row(way, "all", found),
            ...Object.entries(found.byKind).map(([kind, count]) => row(way, kind, count)),
          ],
    ),
  ];
}

function conversationTable({ multiturn }: Evaluation): string[][] {
  return [
    [
      "conversations",
      "need context",
      "held back",
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
