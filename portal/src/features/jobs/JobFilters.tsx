import { Button } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { texts } from "../../lib/texts";
import { ChoiceField, TextField } from "../../ui/fields";
import { useDelayed } from "../../ui/useDelayed";
import { useCompute } from "../compute/queries";
import { useExperiments } from "../experiments/queries";
import { ACTIVE, type JobsView, STATES } from "./search";

const LOCAL = "local";
const states = [
  ["", texts.steering.allStates],
  [ACTIVE, texts.steering.active],
  ...STATES.map((one) => [one, texts.steering.states[one]] as const),
] as const;

interface JobFiltersProps {
  view: JobsView;
  onView: (view: JobsView) => void;
}

/** Which jobs to list: by state, target and experiment. */
export function JobFilters({ view, onView }: JobFiltersProps) {
  const targets = useCompute().data?.map((one) => one.name) ?? [];
  const [cleared, setCleared] = useState(0);
  const clear = () => {
    setCleared(cleared + 1);
    onView({});
  };
  const known = [...new Set([...targets, LOCAL, ...(view.target ? [view.target] : [])])];
  return (
    <div className="tools" role="search">
      <ChoiceField
        label={texts.state}
        value={view.state ?? ""}
        onValue={(state) => onView({ ...view, state: state || undefined })}
        choices={states}
      />
      <ChoiceField
        label={texts.target}
        value={view.target ?? ""}
        onValue={(target) => onView({ ...view, target: target || undefined })}
        choices={[["", texts.steering.allTargets], ...known.map((one) => [one, one] as const)]}
      />
      <OfExperiment
        key={cleared}
        experiment={view.experiment ?? ""}
        onExperiment={(experiment) => onView({ ...view, experiment: experiment || undefined })}
      />
      {(view.state || view.target || view.experiment) && (
        <Button className="bottom" onClick={clear}>
          {texts.clear}
        </Button>
      )}
    </div>
  );
}

interface OfExperimentProps {
  experiment: string;
  onExperiment: (experiment: string) => void;
}

function OfExperiment({ experiment, onExperiment }: OfExperimentProps) {
  const [typed, setTyped] = useState<string>();
  const value = typed ?? experiment;
  const wanted = useDelayed(value);
  const { data, isFetching } = useExperiments(wanted);
  const names = data?.pages[0]?.experiments?.map((one) => one.name) ?? [];
  // Half a name is none: what was chosen stays until another is there in full.
  const whole = value === "" || names.includes(value);
  useEffect(() => {
    if (typed === undefined || wanted !== typed || !whole) return;
    setTyped(undefined);
    onExperiment(typed);
  }, [typed, wanted, whole, onExperiment]);
  return (
    <TextField
      label={texts.steering.experiment}
      value={value}
      onValue={setTyped}
      choices={names}
      problem={whole || isFetching || wanted !== value ? undefined : texts.steering.noSuchExperiment}
    />
  );
}
