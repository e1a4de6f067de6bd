import { formatNumber } from "../../../lib/format";
import { texts } from "../../../lib/texts";
import { keyColumn } from "../view";
import { Cell } from "./Cell";
import type { GroupLine } from "./lines";
import { type Summary, summaryOf } from "./groups";
import { SELECT } from "./layout";
import type { Shown } from "./RunLine";

interface GroupHeadProps {
  line: GroupLine;
  columns: Shown[];
  onFold: (value: string | null) => void;
}

/** A group: its value, how many of its runs are loaded, and what their metrics are taken together. */
export function GroupHead({ line: { group, open }, columns, onFold }: GroupHeadProps) {
  const { value, rows } = group;
  return columns.map(({ column, place, index }) => (
    <Cell key={column.id} role="cell" column={place} index={index} className={column.id === "run_name" ? "named" : ""}>
      {column.id === "run_name" && (
        <button
          type="button"
          className="fold"
          aria-expanded={open}
          onClick={() => onFold(value)}
          title={value ?? undefined}
        >
          <span className="caret" aria-hidden="true" />
          <span className="cut strong">
            {value === null ? texts.table.noValue : value === "" ? texts.table.emptyValue : value}
          </span>
          <span className="soft">{texts.table.groupSize(rows.length)}</span>
        </button>
      )}
      {column.id !== SELECT && column.kind === "metrics" && (
        <Figures summary={summaryOf(rows, keyColumn(column.id)?.key ?? "")} />
      )}
    </Cell>
  ));
}

function Figures({ summary }: { summary: Summary | null }) {
  if (!summary) return null;
  const [low, mean, high] = [formatNumber(summary.low), formatNumber(summary.mean), formatNumber(summary.high)];
  return (
    <span className="figures" title={texts.table.figures(low, mean, high)}>
      <span className="unseen">{texts.table.figures(low, mean, high)}</span>
      <span aria-hidden="true" className="cut">
        {"⌀ "}
        {mean}
      </span>
      <span aria-hidden="true" className="cut soft">
        {low === high ? low : `${low} – ${high}`}
      </span>
    </span>
  );
}
