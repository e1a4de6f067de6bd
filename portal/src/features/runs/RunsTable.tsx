import {
  flexRender,
  getCoreRowModel,
  type OnChangeFn,
  type Row,
  type RowSelectionState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { columnsOf } from "./columns";
import { HeaderCell } from "./HeaderCell";
import type { KeyColumn } from "./view";

const ROW = 36;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 60;

interface RunsTableProps {
  runs: Run[];
  chosen: KeyColumn[];
  order: string;
  onOrder: (order: string) => void;
  selected: RowSelectionState;
  onSelected: OnChangeFn<RowSelectionState>;
  more: boolean;
  onMore: () => void;
}

/** Thousands of runs, of which only those in sight are in the page. */
export function RunsTable(props: RunsTableProps) {
  const { runs, chosen, order, onOrder, selected, onSelected, more, onMore } = props;
  const columns = useMemo(() => columnsOf(chosen), [chosen]);
  const table = useReactTable({
    data: runs,
    columns,
    getRowId: (run) => run.info.run_id,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    state: { rowSelection: selected },
    onRowSelectionChange: onSelected,
  });
  const { rows } = table.getRowModel();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 16,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) onMore();
  }, [more, last, rows.length, onMore]);
  const grid = {
    gridTemplateColumns: table
      .getVisibleLeafColumns()
      .map((one) => `${one.getSize()}px`)
      .join(" "),
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="grid-scroll" ref={box} tabIndex={0} role="region" aria-label={texts.runs}>
      <div
        role="table"
        className="grid"
        aria-label={texts.runs}
        aria-rowcount={more ? -1 : rows.length + 1}
        style={{ minWidth: table.getTotalSize() }}
      >
        <div role="rowgroup" className="grid-head">
          <div role="row" className="grid-row" style={grid} aria-rowindex={1}>
            {table.getFlatHeaders().map((header) => (
              <HeaderCell key={header.id} header={header} order={order} onOrder={onOrder} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index];
            return row && <RunRow key={item.key} row={row} index={item.index} start={item.start} grid={grid} />;
          })}
        </div>
      </div>
    </div>
  );
}

interface RunRowProps {
  row: Row<Run>;
  index: number;
  start: number;
  grid: { gridTemplateColumns: string };
}

function RunRow({ row, index, start, grid }: RunRowProps) {
  return (
    <div
      role="row"
      className="grid-row"
      aria-rowindex={index + 2}
      style={{ ...grid, transform: `translateY(${start}px)`, height: ROW }}
    >
      {row.getVisibleCells().map((cell) => {
        const value = cell.column.accessorFn ? String(cell.getValue()) : undefined;
        return (
          <div role="cell" className="grid-cell cut" key={cell.id} title={value}>
            {value ?? flexRender(cell.column.columnDef.cell, cell.getContext())}
          </div>
        );
      })}
    </div>
  );
}
