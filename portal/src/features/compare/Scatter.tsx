import { Field, Select } from "@fluentui/react-components";
import { useMemo } from "react";
import { texts } from "../../lib/texts";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { fieldOr, fieldsOf, telling } from "./fields";
import { ScatterPlot } from "./ScatterPlot";
import type { CompareView } from "./view";

interface ScatterProps {
  runs: Compared[];
  hidden: ReadonlySet<string>;
  pointed: string | null;
  view: CompareView;
  onView: (view: Partial<CompareView>) => void;
}

/** A param or metric against a metric: a point for each run. */
export function Scatter({ runs, hidden, pointed, view, onView }: ScatterProps) {
  const fields = useMemo(() => fieldsOf(runs), [runs]);
  const first = useMemo(() => telling(runs, fields), [runs, fields]);
  const metrics = fields.filter((one) => one.kind === "metrics");
  const x = fieldOr(view.x, fields, first[0]);
  const y = fieldOr(view.y, metrics, metrics.find((one) => one !== x) ?? metrics[0]);
  if (!x || !y) return <p className="soft">{texts.noFields}</p>;
  return (
    <>
      <div className="tools chart-tools">
        <Axis label={texts.xAxis} fields={fields} chosen={x} onChosen={(id) => onView({ x: id })} />
        <Axis label={texts.yAxis} fields={metrics} chosen={y} onChosen={(id) => onView({ y: id })} />
      </div>
      <ScatterPlot runs={runs.filter((one) => !hidden.has(one.id))} x={x} y={y} pointed={pointed} />
    </>
  );
}

interface AxisProps {
  label: string;
  fields: KeyColumn[];
  chosen: KeyColumn;
  onChosen: (id: string) => void;
}

function Axis({ label, fields, chosen, onChosen }: AxisProps) {
  return (
    <Field label={label} className="axis-field">
      <Select value={chosen.id} onChange={(_, { value }) => onChosen(value)}>
        {fields.map(({ id, key, kind }) => (
          <option key={id} value={id}>
            {texts.fieldOf(key, kind)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
