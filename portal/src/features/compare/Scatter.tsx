import { useMemo } from "react";
import { texts } from "../../lib/texts";
import { fieldOr, fieldsOf, telling } from "./fields";
import { FieldSelect } from "./FieldSelect";
import { ScatterPlot } from "./ScatterPlot";
import type { Shown } from "./shown";
import type { CompareView } from "./view";

interface ScatterProps extends Shown {
  view: CompareView;
  onView: (view: Partial<CompareView>) => void;
}

/** A param or metric against a metric: a point for each run. */
export function Scatter({ runs, hidden, view, onView, ...pointing }: ScatterProps) {
  const fields = useMemo(() => fieldsOf(runs), [runs]);
  const first = useMemo(() => telling(runs, fields), [runs, fields]);
  const metrics = fields.filter((one) => one.kind === "metrics");
  const x = fieldOr(view.x, fields, first[0]);
  const y = fieldOr(view.y, metrics, metrics.find((one) => one !== x) ?? metrics[0]);
  if (!x || !y) return <p className="soft">{texts.noFields}</p>;
  const shown = runs.filter((one) => !hidden.has(one.id));
  return (
    <>
      <div className="tools chart-tools">
        <FieldSelect label={texts.xAxis} fields={fields} chosen={x} onChosen={(id) => onView({ x: id })} />
        <FieldSelect label={texts.yAxis} fields={metrics} chosen={y} onChosen={(id) => onView({ y: id })} />
      </div>
      <ScatterPlot runs={shown} x={x} y={y} {...pointing} />
    </>
  );
}
