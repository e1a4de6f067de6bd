import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

const ROW = 30;
const WIDTH = 160;

interface GridProps {
  label: string;
  heads: string[];
  count: number;
  /** Cells of a row; null while they are not there yet. */
  row: (index: number) => string[] | null;
  /** Told which rows are in sight. */
  onSight?: (first: number, last: number) => void;
}

/** A table of any size; only cells in sight exist. */
export function Grid({ label, heads, count, row, onSight }: GridProps) {
  const box = useRef<HTMLElement>(null);
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 10 });
  const columns = useVirtualizer({
    count: heads.length,
    horizontal: true,
    getScrollElement: () => box.current,
    estimateSize: () => WIDTH,
    overscan: 3,
  });
  const items = rows.getVirtualItems();
  const cells = columns.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onSight?.(first, last), [onSight, first, last]);
  const width = columns.getTotalSize();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="grid-scroll data-grid" ref={box} tabIndex={0} aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={count + 1} aria-colcount={heads.length} style={{ width }}>
        <div role="rowgroup" className="grid-head">
          <div role="row" className="data-row" aria-rowindex={1}>
            {cells.map(({ index, start }) => (
              <div
                key={index}
                role="columnheader"
                aria-colindex={index + 1}
                className="data-cell cut"
                style={{ left: start }}
                title={heads[index]}
              >
                {heads[index]}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const values = row(index);
            return (
              <div
                key={index}
                role="row"
                className="data-row"
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${start}px)` }}
              >
                {cells.map((cell) => (
                  <div
                    key={cell.index}
                    role="cell"
                    aria-colindex={cell.index + 1}
                    className="data-cell cut"
                    style={{ left: cell.start }}
                    title={values?.[cell.index]}
                  >
                    {values ? values[cell.index] : "…"}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}
