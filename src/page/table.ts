/** Tables that are read as tables by whoever sees them, hears them, or has them as cards on a phone. */
import { html, type Content, type Html } from './html.ts'

export interface Column<Row> {
  readonly label: string
  readonly cell: (row: Row) => Content
}

/** @param columns the first has what the row is about */
export const table = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): Html =>
  // A table that is laid out as anything else is one to nobody, unless it says so.
  html`<table role="table" aria-label="${caption}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(({ label }) => html`<th role="columnheader" scope="col">${label}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${Array.from(
        rows,
        (row) =>
          html`<tr role="row">
            ${columns.map(({ label, cell }, at) => cellOf(label, cell(row), at === 0))}
          </tr>`,
      )}
    </tbody>
  </table>`

const cellOf = (label: string, content: Content, isTitle: boolean): Html =>
  html`<td role="cell" data-label="${label}" class="${isTitle ? 'title' : ''}">
    <div>${content}</div>
  </td>`
