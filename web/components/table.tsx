import type { ComponentChildren, Key } from "preact";

export interface Column<Row> {
  /** Also its heading. */
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Figures stand at the right, below one another. */
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
  /** The column whose cells name their rows. */
  readonly isName?: boolean;
}

interface Props<Row> {
  /** What the table holds, for those who do not see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => Key;
  /** Below the rows: sums. */
  readonly foot?: readonly Row[];
}

/** Rows under headings; wide ones scroll by themselves. */
export function Table<Row>({ caption, columns, rows, keyOf, foot = [] }: Props<Row>) {
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
        {foot.length > 0 && (
          <tfoot>
            {foot.map((row) => (
              <TableRow key={keyOf(row)} row={row} columns={columns} />
            ))}
          </tfoot>
        )}
      </table>
    </div>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
}

function TableRow<Row>({ row, columns }: RowProps<Row>) {
  return (
    <tr>
      {columns.map((column) =>
        column.isName === true ? (
          <th key={column.name} scope="row" class={classOf(column)}>
            {column.cell(row)}
          </th>
        ) : (
          <td key={column.name} class={classOf(column)}>
            {column.cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}

function classOf<Row>({ isNumber = false, isMinor = false }: Column<Row>): string {
  return [isNumber ? "number" : "", isMinor ? "minor" : ""].join(" ").trim();
}
