/** All that the portal says, in English: a flat part, and one object for each of the other areas. */

import { common } from "./common";
import { run } from "./run";

export const en = { ...common, runPage: run };

export type Texts = typeof en;
