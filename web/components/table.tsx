import type { ComponentChildren, Key } from "preact";

export interface Column<Row> {
  /** The name, also used as heading. */
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Right-aligned figures. */
  readonly isNumber?: boolean;
  /** Hidden on narrow screens. */
  readonly isMinor?: boolean;
  /** The column with the row headers. */
  readonly isName?: boolean;
}

interface Props<Row> {
  /** A description of the table for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => Key;
  /** The footer row with sums. */
  readonly foot?: readonly Row[];
}

/** A table; a wide one scrolls horizontally. */
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
