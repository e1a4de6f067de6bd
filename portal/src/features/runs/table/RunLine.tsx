import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { texts } from "../../../lib/texts";
import { pages } from "../../../lib/urls";
import { Box } from "./Box";
import { Cell } from "./Cell";
import type { Column } from "./columns";
import { type Placed, SELECT } from "./layout";
import type { RunRow } from "./row";

/** A column in sight. */
export interface Shown {
  column: Column;
  place: Placed;
  index: number;
}

export interface RunActions {
  select: (id: string, on: boolean, range: boolean) => void;
  open: (id: string) => void;
}

interface RunLineProps {
  row: RunRow;
  depth: number;
  /** How many child runs it has. */
  count: number;
  open: boolean;
  selected: boolean;
  columns: Shown[];
  actions: RunActions;
}

/** The cells of a run. Drawn anew only if the run, or what is shown of it, is another one. */
export const RunLine = memo(function RunLine(props: RunLineProps) {
  const { row, columns, selected, actions } = props;
  return columns.map(({ column, place, index }) => {
    if (column.id === SELECT)
      return (
        <Cell key={SELECT} role="cell" column={place} index={index}>
          <Box
            label={texts.selectRun(row.name)}
            checked={selected}
            onChange={(on, range) => actions.select(row.id, on, range)}
          />
        </Cell>
      );
    if (column.id === "run_name")
      return (
        <Cell key={column.id} role="cell" column={place} index={index} className="named" title={row.name}>
          <Name {...props} />
        </Cell>
      );
    const text = column.text?.(row);
    return (
      <Cell key={column.id} role="cell" column={place} index={index} className="cut" title={text}>
        {text ?? column.cell?.(row)}
      </Cell>
    );
  });
});

const INDENT = 30;

/** The name leads to the run; in front of it is what opens its child runs. */
function Name({ row, depth, count, open, actions }: RunLineProps) {
  return (
    <>
      {depth > 0 && (
        <span className="indent" style={{ width: depth * INDENT }}>
          <span className="unseen">{texts.table.childRun}</span>
        </span>
      )}
      {count > 0 && (
        <button
          type="button"
          className="fold"
          aria-expanded={open}
          aria-label={texts.table.childrenOf(row.name, count)}
          title={texts.table.childrenOf(row.name, count)}
          onClick={() => actions.open(row.id)}
        >
          <span className="caret" aria-hidden="true" />
        </button>
      )}
      <Link
        className="link cut"
        to={pages.run}
        params={{ experimentId: row.info.experiment_id, runId: row.id }}
        title={row.name}
      >
        {row.name}
      </Link>
      {count > 0 && (
        <span className="soft" aria-hidden="true">
          {count}
        </span>
      )}
    </>
  );
}
