import type { Block, RenderWords } from "./block.ts";

const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** A table begins with a row and a rule. */
export function isTable(lines: readonly string[], at: number): boolean {
  return ROW.test(lines[at] ?? "") && RULE.test(lines[at + 1] ?? "");
}

/** Parses a table; undefined if none begins here. */
export function readTable(
  lines: readonly string[],
  start: number,
  inline: RenderWords,
): Block | undefined {
  if (!isTable(lines, start)) return undefined;
  const names = cellsOf(lines[start] ?? "");
  const rows: string[][] = [];
  let next = start + 2;
  for (; ROW.test(lines[next] ?? ""); next += 1) {
    rows.push(cellsOf(lines[next] ?? "").slice(0, names.length));
  }
  const node = (
    <div class="table-scroll" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {names.map((name) => (
              <th scope="col">{inline(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell) => (
                <td>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  return { node, next };
}

/** `\|` is a bar in a cell. */
function cellsOf(line: string): string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
