/** The columns of the table, and all that changes them. */

import { useCallback, useMemo, useState } from "react";
import type { RunsView } from "../view";
import { columnOf } from "./columns";
import { moved, neighbour, pinsOf, place, resized, SELECT, toggled, usualWidth, widthsOf } from "./layout";
import type { ColumnSteps } from "./ColumnMenu";
import type { Shown } from "./RunLine";

export function useColumns(ids: string[], view: RunsView, onView: (view: RunsView) => void) {
  // While an edge is dragged, the address shall not change with each pixel.
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null);
  const widths = dragged ? resized(view.widths, dragged.id, dragged.width) : view.widths;
  const { pins } = view;
  const all = useMemo<Shown[]>(
    () => place(ids, { pins, widths }).map((one, index) => ({ column: columnOf(one.id), place: one, index })),
    [ids, pins, widths],
  );
  const onWidth = useCallback(
    (id: string, width: number, over: boolean) => {
      setDragged(over ? null : { id, width });
      if (over) onView({ widths: resized(view.widths, id, width) });
    },
    [onView, view.widths],
  );
  const onMove = useCallback(
    (id: string, onto: string) => {
      if (!ids.includes(id) || onto === SELECT) return;
      const isPinned = (one: string) => pinsOf(view).includes(one);
      // Whoever drags a column among the pinned ones wants it pinned, and the other way round.
      const changed = isPinned(id) === isPinned(onto) ? view.pins : toggled(pinsOf(view), id);
      onView({ columns: moved(ids, id, onto), pins: changed });
    },
    [ids, view, onView],
  );
  const stepsOf = (id: string): ColumnSteps => {
    const step = (by: 1 | -1) => {
      const onto = neighbour(ids, pinsOf(view), id, by);
      return onto ? () => onMove(id, onto) : undefined;
    };
    const width = widthsOf(view.widths).get(id) ?? usualWidth(id);
    return {
      sort: (descending) => onView({ order: descending ? `-${id}` : id }),
      left: step(-1),
      right: step(1),
      pin: () => onView({ pins: toggled(pinsOf(view), id), columns: ids }),
      resize: (by) => onView({ widths: resized(view.widths, id, width + by) }),
      group: () => onView({ group: view.group === id ? undefined : id, folded: undefined }),
      hide: () => onView({ columns: ids.filter((one) => one !== id) }),
    };
  };
  return { all, onWidth, onMove, stepsOf };
}
