import type { ReactNode } from 'react';
import { type Format, Label, Num } from './numbers.js';

/** A cell of a table: words, or a number with its name. */
export type Cell =
  | string
  | { readonly name: string; readonly value: number | null; readonly format?: Format };

/** What a chart shows, as rows. */
export interface TableOf {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const keyOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.name;

/** The numbers of a chart as a table: for screen readers, for copying, for doubting. */
export const Table = ({ caption, columns, rows }: TableOf & { readonly caption: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section className="table" tabIndex={0} aria-label={caption}>
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              <Label>{column}</Label>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row[0])}>
            {row.map((cell, at) =>
              typeof cell === 'string' ? (
                at === 0 ? (
                  <th key={columns[at]} scope="row">
                    <Label>{cell}</Label>
                  </th>
                ) : (
                  <td key={columns[at]}>
                    <Label>{cell}</Label>
                  </td>
                )
              ) : (
                <td key={columns[at]} className="number">
                  <Num {...cell} />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

/** A chart with its title, what it says in words, and its table. */
export function Panel({
  title,
  summary,
  table,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly summary: ReactNode;
  readonly table: TableOf;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={wide ? 'panel wide' : 'panel'} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{summary}</p>
      </header>
      <div className="chart">{children}</div>
      <details>
        <summary>Table</summary>
        <Table caption={title} {...table} />
      </details>
    </section>
  );
}
