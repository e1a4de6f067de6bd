import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { texts } from "../../lib/texts";
import { type Group, type Item, itemsOf } from "./groups";
import { MetricChart, type ChartActions, type Shown } from "./MetricChart";

const LEAST_WIDTH = 380;
const GAP = 16;
const HEAD = 44;
const ROW = 290;

interface ChartListProps {
  groups: Group[];
  width: number;
  shown: Shown;
  actions: ChartActions;
}

/** Charts in rows, below the heads of their groups. Only what is in sight, or nearly, exists and loads. */
export function ChartList({ groups, width, shown, actions }: ChartListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const columns = Math.max(1, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
  const items = useMemo(() => itemsOf(groups, closed, columns), [groups, closed, columns]);
  const top = useTop(box);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: (index) => (items[index]?.kind === "head" ? HEAD : ROW),
    getItemKey: (index) => keyOf(items[index], index),
    overscan: 1,
    scrollMargin: top,
  });
  const toggle = (name: string) => {
    const changed = new Set(closed);
    if (!changed.delete(name)) changed.add(name);
    setClosed(changed);
  };
  return (
    <div ref={box} className="chart-list" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const item = items[index];
        return (
          <div
            key={key}
            ref={rows.measureElement}
            data-index={index}
            className="chart-row"
            style={{ transform: `translateY(${start - top}px)` }}
          >
            {item?.kind === "head" && (
              <GroupHead group={item.group} open={!closed.has(item.group.name)} onToggle={toggle} />
            )}
            {item?.kind === "row" && (
              <div className="charts" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
                {item.metrics.map((latest) => (
                  <MetricChart key={latest.key} latest={latest} shown={shown} actions={actions} />
                ))}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}

interface GroupHeadProps {
  group: Group;
  open: boolean;
  onToggle: (name: string) => void;
}

function GroupHead({ group, open, onToggle }: GroupHeadProps) {
  return (
    <h2 className="group-head">
      <button type="button" aria-expanded={open} onClick={() => onToggle(group.name)}>
        <span className="cut">{group.title}</span>{" "}
        <span className="soft" title={texts.runPage.charts(group.metrics.length)}>
          {group.metrics.length}
        </span>
      </button>
    </h2>
  );
}

function keyOf(item: Item | undefined, index: number): string {
  if (!item) return String(index);
  return item.kind === "head" ? `head ${item.group.name}` : `row ${item.group.name} ${item.metrics[0]?.key}`;
}

/** How far below the top of the page an element begins; looked at anew whenever something is drawn. */
function useTop(box: { current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const now = box.current ? Math.round(box.current.getBoundingClientRect().top + window.scrollY) : 0;
    setTop(now);
  });
  return top;
}
