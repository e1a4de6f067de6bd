import { Link } from "@tanstack/react-router";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useRef } from "react";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import type { Compared } from "./compared";
import type { Row } from "./differences";
import { Swatch } from "./Swatch";

const ROW = 36;
const COLUMN = 170;
const NARROW = 640;

interface DifferenceTableProps {
  runs: Compared[];
  rows: Row[];
}

/** Keys by runs; of both only what is in sight is in the page. */
export function DifferenceTable({ runs, rows }: DifferenceTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const head = innerWidth < NARROW ? 130 : 260;
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: runs.length,
    getScrollElement: () => box.current,
    estimateSize: () => COLUMN,
    paddingStart: head,
    overscan: 4,
  });
  const columns = across.getVirtualItems();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="grid-scroll differences" ref={box} tabIndex={0} role="region" aria-label={texts.differences}>
      <div
        role="table"
        aria-label={texts.differences}
        aria-rowcount={rows.length + 1}
        aria-colcount={runs.length + 1}
        style={{ width: across.getTotalSize() }}
      >
        <div role="rowgroup" className="grid-head">
          <div role="row" className="difference" aria-rowindex={1} style={{ height: ROW }}>
            <div role="columnheader" className="grid-cell key" aria-colindex={1} style={{ width: head }}>
              {texts.key}
            </div>
            {columns.map((column) => {
              const one = runs[column.index];
              return one && <RunHead key={one.id} one={one} column={column} />;
            })}
          </div>
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: down.getTotalSize() }}>
          {down.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row && <DifferenceRow key={row.id} row={row} item={item} head={head} columns={columns} />;
          })}
        </div>
      </div>
    </div>
  );
}

function RunHead({ one, column }: { one: Compared; column: VirtualItem }) {
  const params = { experimentId: one.run.info.experiment_id, runId: one.id };
  return (
    <div
      role="columnheader"
      className="grid-cell run"
      aria-colindex={column.index + 2}
      style={{ left: column.start, width: COLUMN }}
    >
      <Swatch of={one} />
      <Link className="link cut" to={pages.run} params={params} title={one.name}>
        {one.name}
      </Link>
    </div>
  );
}

interface DifferenceRowProps {
  row: Row;
  item: VirtualItem;
  head: number;
  columns: VirtualItem[];
}

function DifferenceRow({ row, item, head, columns }: DifferenceRowProps) {
  const place = { transform: `translateY(${item.start}px)`, height: ROW };
  return (
    <div role="row" className="difference" aria-rowindex={item.index + 2} style={place}>
      <div role="rowheader" className="grid-cell key" aria-colindex={1} style={{ width: head }} title={row.key}>
        <span className="cut">{row.key}</span> <span className="soft">{row.kind}</span>
      </div>
      {columns.map(({ index, start }) => {
        const value = row.values[index] ?? null;
        const other = value !== row.values[0];
        return (
          <div
            role="cell"
            key={index}
            className={other ? "grid-cell cut differs" : "grid-cell cut"}
            aria-colindex={index + 2}
            style={{ left: start, width: COLUMN }}
            title={value ?? undefined}
          >
            {other && (
              <span role="img" aria-label={texts.differs}>
                {"≠ "}
              </span>
            )}
            {value ?? texts.nothing}
          </div>
        );
      })}
    </div>
  );
}
