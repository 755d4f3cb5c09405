import type { DataSet } from "./data-set.ts";
import type { Columns } from "./columns.ts";
import { measuresOf, type Measure } from "./measures.ts";
import type { System } from "./system.ts";
import { tally } from "./tally.ts";
import type { Evaluation } from "./types.ts";

/** A range of a measure's rows. */
export interface Portion {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Evaluates a range of rows, in this or another process. */
export type AskPortion = (portion: Portion) => Promise<Columns>;

/**
 * Evaluates all measures of a data set, or the selected ones.
 *
 * @param options `only`: ids of measures, or their folders
 */
export async function evaluate(
  data: DataSet,
  ask: AskPortion,
  options: { only?: readonly string[] | undefined; onStep?: (step: string) => void } = {},
): Promise<Evaluation> {
  const { only, onStep = () => {} } = options;
  // The longest portions first, so that no process runs alone at the end.
  const longest = ({ rows, chunk }: Measure) => Math.min(rows, chunk);
  const measures = selectMeasures(measuresOf(data), only).toSorted(
    (one, other) => longest(other) - longest(one),
  );
  const found = await Promise.all(
    measures.map(async (measure): Promise<[string, Columns]> => {
      const columns = await Promise.all(portionsOf(measure).map(ask));
      onStep(measure.id);
      return [measure.id, joinColumns(columns)];
    }),
  );
  return tally(data, new Map(found));
}

/** @throws Error for a name that selects nothing */
export function selectMeasures(
  measures: readonly Measure[],
  only: readonly string[] | undefined,
): readonly Measure[] {
  if (only === undefined) return measures;
  const isOf = ({ id }: Measure, name: string) =>
    id === name || /^[/:]/.test(id.slice(name.length));
  for (const name of only) {
    if (!measures.some((measure) => measure.id.startsWith(name) && isOf(measure, name))) {
      throw new Error(`--only: there is no ${name} in this folder`);
    }
  }
  return measures.filter((measure) =>
    only.some((name) => measure.id.startsWith(name) && isOf(measure, name)),
  );
}

/** Evaluates rows in this process. */
export function askHere(data: DataSet, system: System): AskPortion {
  const measures = new Map(measuresOf(data).map((measure) => [measure.id, measure]));
  return async ({ id, from, to }) => {
    const measure = measures.get(id);
    if (measure === undefined) throw new Error(`there is no measure ${id}`);
    return measure.run(system, from, to);
  };
}

/** A measure that cannot be divided is one portion. */
function portionsOf({ id, rows, chunk }: Measure): Portion[] {
  const portions: Portion[] = [];
  for (let from = 0; from < rows; from += chunk) {
    portions.push({ id, from, to: Math.min(rows, from + chunk) });
  }
  return portions;
}

function joinColumns(parts: readonly Columns[]): Columns {
  const [first = []] = parts;
  return first.map((_column, place) => parts.flatMap((part) => part[place] ?? []));
}
