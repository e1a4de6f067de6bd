/** What each way of looking at compared runs is given. */

import type { Compared } from "./compared";

export interface Shown {
  runs: Compared[];
  hidden: ReadonlySet<string>;
  /** The run that stands out, as somebody points at it somewhere. */
  pointed: string | null;
  onPoint: (id: string | null) => void;
}
