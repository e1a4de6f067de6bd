import { Field, Input, Select, Slider, Switch } from "@fluentui/react-components";
import type { Look, XAxis } from "../../charts/series";
import { texts } from "../../lib/texts";

interface ChartToolsProps {
  search: string;
  onSearch: (search: string) => void;
  look: Look;
  onLook: (look: Look) => void;
}

/** Which charts are shown, and how. */
export function ChartTools({ search, onSearch, look, onLook }: ChartToolsProps) {
  return (
    <div className="tools chart-tools plain">
      <Field label={texts.filterKeys}>
        <Input type="search" value={search} onChange={(_, { value }) => onSearch(value)} />
      </Field>
      <Field label={texts.xAxis}>
        <Select value={look.x} onChange={(_, { value }) => onLook({ ...look, x: value as XAxis })}>
          <option value="step">{texts.byStep}</option>
          <option value="time">{texts.byTime}</option>
          <option value="relative">{texts.byRelative}</option>
        </Select>
      </Field>
      <Field label={texts.smoothing}>
        <Slider
          min={0}
          max={99}
          value={Math.round(look.smoothing * 100)}
          onChange={(_, { value }) => onLook({ ...look, smoothing: value / 100 })}
        />
      </Field>
      <Switch
        label={texts.logScale}
        checked={look.log}
        onChange={(_, { checked }) => onLook({ ...look, log: checked })}
      />
    </div>
  );
}
