import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { texts } from "../../../lib/texts";
import { NEWEST_FIRST, type RunsView } from "../view";
import { Box } from "./Box";
import { Cell } from "./Cell";
import { ColumnMenu } from "./ColumnMenu";
import { HeaderCell } from "./HeaderCell";
import { pinsOf, SELECT } from "./layout";
import { TableLine } from "./TableLine";
import { type Lines, mark } from "./lines";
import { isUnderWay } from "../run";
import { useColumns } from "./useColumns";
import { useSelecting } from "./useSelecting";
import { useWindow } from "./useWindow";
import { toggled } from "./layout";

/** Lines before the end at which the next page is asked for. */
const AHEAD = 100;

interface RunsTableProps {
  lines: Lines;
  /** Ids of the columns, in their order. */
  columns: string[];
  view: RunsView;
  onView: (view: RunsView) => void;
  selected: ReadonlySet<string>;
  onSelected: (ids: Set<string>) => void;
  /** Whether there are runs that could be loaded now. */
  more: boolean;
  onMore: () => void;
  /** Told which of the runs in sight are under way. */
  onRunning: (ids: string[]) => void;
}

/** Thousands of runs, of which only those in sight are in the page. */
export function RunsTable(props: RunsTableProps) {
  const { lines, view, onView, selected, more, onMore, onRunning } = props;
  const box = useRef<HTMLDivElement>(null);
  const { all, onWidth, onMove, stepsOf } = useColumns(props.columns, view, onView);
  const { items, height, width, columns } = useWindow(box, lines, all);
  const selecting = useSelecting(lines, selected, props.onSelected);
  const [menu, setMenu] = useState<{ id: string; button: HTMLElement } | null>(null);
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= lines.length - AHEAD) onMore();
  }, [more, last, lines.length, onMore]);
  const { filter, order, group, run_view_type: viewType } = view;
  useEffect(() => {
    if (box.current) box.current.scrollTop = 0;
  }, [filter, order, group, viewType]);
  const running = items
    .flatMap(({ index }) => {
      const line = lines.at(index);
      return line?.kind === "run" && isUnderWay(line.row) ? line.row.id : [];
    })
    .join(" ");
  useEffect(() => onRunning(running ? running.split(" ") : []), [running, onRunning]);
  const actions = useActions(view, onView, selecting.select);
  const onFold = useCallback(
    (value: string | null) => onView({ folded: some(toggled(view.folded ?? [], mark(value))) }),
    [view.folded, onView],
  );
  const onOrder = (order: string) => onView({ order: order === NEWEST_FIRST ? undefined : order });
  const opened = menu && columns.find((one) => one.column.id === menu.id)?.column;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="grid-scroll runs-table" ref={box} tabIndex={0} role="region" aria-label={texts.runs}>
      <div
        role="table"
        aria-label={texts.runs}
        aria-rowcount={more ? -1 : lines.length + 1}
        aria-colcount={all.length}
        style={{ width, minWidth: "100%" }}
        className="grid"
      >
        <div role="rowgroup" className="grid-head">
          <div role="row" className="grid-line" aria-rowindex={1}>
            {columns.map((shown) =>
              shown.column.id === SELECT ? (
                <Cell key={SELECT} role="columnheader" column={shown.place} index={shown.index}>
                  <Box
                    label={texts.selectLoaded}
                    checked={selecting.all}
                    partly={selecting.some}
                    onChange={selecting.selectAll}
                  />
                </Cell>
              ) : (
                <HeaderCell
                  key={shown.column.id}
                  shown={shown}
                  order={view.order ?? NEWEST_FIRST}
                  onOrder={onOrder}
                  onMenu={(id, button) => setMenu({ id, button })}
                  onMove={onMove}
                  onWidth={onWidth}
                />
              ),
            )}
          </div>
        </div>
        <div role="rowgroup" className="grid-body" style={{ height }}>
          {items.map(({ index, start, size }) => {
            const line = lines.at(index);
            return (
              line && (
                <TableLine
                  key={line.kind === "run" ? `${line.depth} ${line.row.id}` : `${line.kind} ${index}`}
                  line={line}
                  index={index}
                  start={start}
                  size={size}
                  columns={columns}
                  selected={line.kind === "run" && selected.has(line.row.id)}
                  actions={actions}
                  onFold={onFold}
                />
              )
            );
          })}
        </div>
      </div>
      {menu && opened && (
        <ColumnMenu
          column={opened}
          button={menu.button}
          pinned={pinsOf(view).includes(menu.id)}
          grouped={view.group === menu.id}
          steps={stepsOf(menu.id)}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

function useActions(
  view: RunsView,
  onView: (view: RunsView) => void,
  select: (id: string, on: boolean, range: boolean) => void,
) {
  const latest = useRef({ view, onView });
  latest.current = { view, onView };
  return useMemo(
    () => ({
      select,
      open: (id: string) => latest.current.onView({ opened: some(toggled(latest.current.view.opened ?? [], id)) }),
      showChildren: (filter: string) => latest.current.onView({ filter }),
    }),
    [select],
  );
}

/** The list, or nothing of it in the address. */
function some(list: string[]): string[] | undefined {
  return list.length > 0 ? list : undefined;
}
