/** All that the portal says, in English: a flat part, and one object for each of the other areas. */

import { common } from "./common";
import { run } from "./run";
import { steering } from "./steering";

export const en = { ...common, runPage: run, steering };

export type Texts = typeof en;
