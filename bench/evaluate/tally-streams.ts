import type { DataSet } from "./data-set.ts";
import { isWrong, NONE } from "./plain-replay.ts";
import type { PairRow, StreamRow } from "./rows.ts";
import type { Found } from "./columns.ts";
import type { StreamCount, StreamResult } from "./types.ts";

const PLAIN = 0.95;

/** Counts the streams with results of both replays. */
export function tallyStreams(
  { streams, pairs }: Pick<DataSet, "streams" | "pairs">,
  found: Found,
): Record<string, StreamResult> {
  const results = [...streams].flatMap(([name, rows]): [string, StreamResult][] => {
    const [plain, best, [threshold = NONE] = []] = found.get(`streams/${name}:plain`) ?? [];
    const [served] = found.get(`streams/${name}:reprise`) ?? [];
    if (plain === undefined || best === undefined || served === undefined) return [];
    const different = pairsLabelledDifferent(pairs.get(name) ?? []);
    const count = (by: readonly number[]) => countStream(rows, by, different);
    return [
      [
        name,
        {
          plain95: { ...count(plain), threshold: PLAIN },
          bestPlain: { ...count(best), threshold: threshold === NONE ? null : threshold },
          reprise: { ...count(served), ...countKept(rows, plain, served) },
        },
      ],
    ];
  });
  return Object.fromEntries(results);
}

function countStream(
  rows: readonly StreamRow[],
  served: readonly number[],
  different: ReadonlySet<string>,
): StreamCount {
  const wrong = [...served.entries()].filter(([index, row]) => isWrong(rows, row, index));
  return {
    rows: rows.length,
    hits: served.filter((row) => row !== NONE).length,
    wrong: wrong.length,
    wrongLabelled: wrong.filter(([index, row]) =>
      different.has(pairKey(rows[index]?.text ?? "", rows[row]?.text ?? "")),
    ).length,
  };
}

function countKept(
  rows: readonly StreamRow[],
  plain: readonly number[],
  served: readonly number[],
): { plainRight: number; plainRightKept: number } {
  const right = [...plain.entries()].filter(
    ([index, row]) => row !== NONE && !isWrong(rows, row, index),
  );
  return {
    plainRight: right.length,
    plainRightKept: right.filter(([index]) => {
      const row = served[index] ?? NONE;
      return row !== NONE && !isWrong(rows, row, index);
    }).length,
  };
}

/** Pairs of stream questions that the pairs file of the same name labels as different. */
function pairsLabelledDifferent(pairs: readonly PairRow[]): ReadonlySet<string> {
  return new Set(pairs.filter(({ same }) => same === 0).map(({ a, b }) => pairKey(a, b)));
}

function pairKey(one: string, other: string): string {
  return JSON.stringify([one, other].map((text) => text.trim()).sort());
}
