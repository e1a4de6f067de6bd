import { texts } from "../../lib/texts";
import { TextField } from "../../ui/fields";
import { problemOf, type Scale } from "./scale";

interface ScaleFieldsProps {
  scale: Scale;
  onScale: (scale: Scale) => void;
}

/** How many nodes there are at least and at most, and how long one may be idle. */
export function ScaleFields({ scale, onScale }: ScaleFieldsProps) {
  const problem = problemOf(scale);
  return (
    <>
      <div className="beside">
        <TextField
          label={texts.steering.least}
          type="number"
          min={0}
          step={1}
          value={scale.least}
          onValue={(least) => onScale({ ...scale, least })}
        />
        <TextField
          label={texts.steering.most}
          type="number"
          min={1}
          step={1}
          value={scale.most}
          onValue={(most) => onScale({ ...scale, most })}
        />
      </div>
      <TextField
        label={texts.steering.idleMinutes}
        hint={texts.steering.idleHint}
        type="number"
        min={0}
        step="any"
        value={scale.idle}
        onValue={(idle) => onScale({ ...scale, idle })}
      />
      <p className="problem" role="status">
        {problem}
      </p>
    </>
  );
}
