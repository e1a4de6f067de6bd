import { useMemo } from "react";
import { texts } from "../../lib/texts";
import { ColumnChooser } from "../runs/ColumnChooser";
import { axesOr, fieldsOf } from "./fields";
import { ParallelPlot } from "./ParallelPlot";
import type { Shown } from "./shown";
import type { CompareView } from "./view";

interface ParallelProps extends Shown {
  view: CompareView;
  onView: (view: Partial<CompareView>) => void;
}

/** An axis for each chosen param and metric, and a line over all of them for each run. */
export function Parallel({ runs, hidden, view, onView, ...pointing }: ParallelProps) {
  const fields = useMemo(() => fieldsOf(runs), [runs]);
  const axes = useMemo(() => axesOr(view.axes, runs, fields), [view.axes, runs, fields]);
  const shown = useMemo(() => runs.filter((one) => !hidden.has(one.id)), [runs, hidden]);
  return (
    <>
      <div className="tools">
        <ColumnChooser label={texts.axes} keys={fields} chosen={axes} onChosen={(ids) => onView({ axes: ids })} />
      </div>
      {axes.length > 0 ? (
        <ParallelPlot runs={shown} axes={axes} {...pointing} />
      ) : (
        <p className="soft">{texts.noFields}</p>
      )}
    </>
  );
}
