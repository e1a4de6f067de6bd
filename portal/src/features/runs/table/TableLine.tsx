import { texts } from "../../../lib/texts";
import { isChildOf } from "../search";
import { GroupHead } from "./GroupHead";
import type { Line, WaitLine } from "./lines";
import { type RunActions, RunLine, type Shown } from "./RunLine";

export interface LineActions extends RunActions {
  showChildren: (filter: string) => void;
}

interface TableLineProps {
  line: Line;
  index: number;
  start: number;
  size: number;
  columns: Shown[];
  selected: boolean;
  actions: LineActions;
  onFold: (value: string | null) => void;
}

/** A line of the table where it stands. */
export function TableLine({ line, index, start, size, columns, selected, actions, onFold }: TableLineProps) {
  return (
    <div
      role="row"
      className={`grid-line ${line.kind}${selected ? " selected" : ""}`}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${start}px)`, height: size }}
    >
      {line.kind === "run" && (
        <RunLine
          row={line.row}
          depth={line.depth}
          count={line.children}
          open={line.open}
          selected={selected}
          columns={columns}
          actions={actions}
        />
      )}
      {line.kind === "group" && <GroupHead line={line} columns={columns} onFold={onFold} />}
      {line.kind === "wait" && <Waiting line={line} onAll={() => actions.showChildren(isChildOf(line.parent))} />}
    </div>
  );
}

function Waiting({ line, onAll }: { line: WaitLine; onAll: () => void }) {
  return (
    <div role="cell" className="grid-cell soft waiting-line">
      {line.state === "loading" && texts.loading}
      {line.state === "failed" && texts.failed}
      {line.state === "more" && (
        <button type="button" className="link" onClick={onAll}>
          {texts.table.allChildren}
        </button>
      )}
    </div>
  );
}
