import { Button } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import type { Compared } from "./compared";
import { Swatch } from "./Swatch";

interface LegendProps {
  runs: Compared[];
  hidden: ReadonlySet<string>;
  pointed: string | null;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onPoint: (id: string | null) => void;
}

/** Which line is whose; a click hides a run and shows it again, pointing at it puts the others back. */
export function Legend({ runs, hidden, pointed, onHidden, onPoint }: LegendProps) {
  const toggle = (id: string) => {
    const now = new Set(hidden);
    if (!now.delete(id)) now.add(id);
    onHidden(now);
  };
  return (
    <div className="legend">
      <ul aria-label={texts.runs}>
        {runs.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              title={one.name}
              className={one.id === pointed ? "pointed" : undefined}
              aria-pressed={!hidden.has(one.id)}
              onClick={() => toggle(one.id)}
              onPointerEnter={() => onPoint(one.id)}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => onPoint(one.id)}
              onBlur={() => onPoint(null)}
            >
              <Swatch of={one} />
              <span className="cut">{one.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <Button size="small" disabled={hidden.size === 0} onClick={() => onHidden(new Set())}>
        {texts.showAll}
      </Button>
      <Button
        size="small"
        disabled={hidden.size === runs.length}
        onClick={() => onHidden(new Set(runs.map((one) => one.id)))}
      >
        {texts.hideAll}
      </Button>
    </div>
  );
}
