/** Rows of one statement: databases bound the number of its parameters, SQLite at 32,766. */
const ROWS = 1_000;

/** Runs a statement for as many rows at once as a database takes. */
export async function inChunks<Row>(
  rows: readonly Row[],
  run: (chunk: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await run(rows.slice(start, start + ROWS));
  }
}
