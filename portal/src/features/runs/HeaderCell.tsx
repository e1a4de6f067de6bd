import { flexRender, type Header } from "@tanstack/react-table";
import type { Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";

interface HeaderCellProps {
  header: Header<Run, unknown>;
  order: string;
  onOrder: (order: string) => void;
}

/** The head of a column; a click on it sorts by the column. */
export function HeaderCell({ header, order, onOrder }: HeaderCellProps) {
  const { id } = header.column;
  const given = header.column.columnDef.header;
  const name = String(given);
  const kind = (header.column.columnDef.meta as { kind?: string } | undefined)?.kind;
  const descending = order === `-${id}`;
  const sorted = descending ? "descending" : order === id ? "ascending" : undefined;
  const label = kind ? `${texts.sortBy(name)} (${kind})` : texts.sortBy(name);
  if (header.column.columnDef.enableSorting === false)
    return (
      <div role="columnheader" className="grid-cell">
        {flexRender(given, header.getContext())}
      </div>
    );
  return (
    <div role="columnheader" className="grid-cell" aria-sort={sorted}>
      <button type="button" title={label} aria-label={label} onClick={() => onOrder(descending ? id : `-${id}`)}>
        <span className="cut">{name}</span>
        {sorted && <span aria-hidden="true">{descending ? "↓" : "↑"}</span>}
      </button>
    </div>
  );
}
