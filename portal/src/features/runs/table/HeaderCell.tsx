import { type DragEvent, type MouseEvent, useState } from "react";
import { texts } from "../../../lib/texts";
import { Cell } from "./Cell";
import { Resizer } from "./Resizer";
import type { Shown } from "./RunLine";

interface HeaderCellProps {
  shown: Shown;
  order: string;
  onOrder: (order: string) => void;
  onMenu: (id: string, button: HTMLElement) => void;
  onMove: (id: string, onto: string) => void;
  /** Called while the edge is dragged, and once more when that is over. */
  onWidth: (id: string, width: number, over: boolean) => void;
}

/** What is dragged travels under a type of its own, so that files and texts are no columns. */
const TYPE = "application/x-lazward-column";

/** The head of a column: a click sorts, dragging it moves the column, its edge makes it wider, a menu does it all. */
export function HeaderCell({ shown, order, onOrder, onMenu, onMove, onWidth }: HeaderCellProps) {
  const { column, place, index } = shown;
  const [over, setOver] = useState(false);
  const sorted = order === `-${column.id}` ? "descending" : order === column.id ? "ascending" : undefined;
  const dragged = (event: DragEvent) => event.dataTransfer.types.includes(TYPE);
  return (
    <Cell role="columnheader" column={place} index={index} className={over ? "onto" : ""} sorted={sorted}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dragging is one way of several, the menu has them all */}
      <div
        className="head"
        draggable
        onDragStart={(event) => event.dataTransfer.setData(TYPE, column.id)}
        onDragOver={(event) => {
          if (!dragged(event)) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          onMove(event.dataTransfer.getData(TYPE), column.id);
        }}
      >
        <Sorter shown={shown} sorted={sorted} onOrder={onOrder} />
        <button
          type="button"
          className="more"
          aria-haspopup="menu"
          aria-label={texts.table.columnMenu(titleOf(shown))}
          title={texts.table.columnMenu(titleOf(shown))}
          onClick={(event: MouseEvent<HTMLElement>) => onMenu(column.id, event.currentTarget)}
        >
          <span aria-hidden="true">⋮</span>
        </button>
      </div>
      <Resizer width={place.width} onWidth={(width, over) => onWidth(column.id, width, over)} />
    </Cell>
  );
}

interface SorterProps {
  shown: Shown;
  sorted?: "ascending" | "descending";
  onOrder: (order: string) => void;
}

function Sorter({ shown: { column }, sorted, onOrder }: SorterProps) {
  const { id, name, kind } = column;
  if (!column.sortable) return <span className="cut">{name}</span>;
  const label = kind ? `${texts.sortBy(name)} (${kind})` : texts.sortBy(name);
  const descending = sorted === "descending";
  return (
    <button type="button" title={label} aria-label={label} onClick={() => onOrder(descending ? id : `-${id}`)}>
      <span className="cut">{name}</span>
      {sorted && <span aria-hidden="true">{descending ? "↓" : "↑"}</span>}
    </button>
  );
}

export function titleOf({ column }: Shown): string {
  return column.kind ? `${column.name} (${column.kind})` : column.name;
}
