import type { Compared } from "./compared";

/** A piece of a run's line. */
export function Swatch({ of: { colour, dash } }: { of: Compared }) {
  return (
    <svg className="swatch" width="22" height="10" aria-hidden="true">
      <line x1="0" x2="22" y1="5" y2="5" stroke={colour} strokeWidth="3" strokeDasharray={dash.join(" ")} />
    </svg>
  );
}
