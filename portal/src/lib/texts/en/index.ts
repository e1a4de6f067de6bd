/** All that the portal says, in English: a flat part, and one object for each of the other areas. */

import { common } from "./common";
import { comparing } from "./comparing";
import { environments } from "./environments";
import { models } from "./models";
import { run } from "./run";
import { settings } from "./settings";
import { steering } from "./steering";
import { table } from "./table";

export const en = { ...common, comparing, environments, models, runPage: run, settings, steering, table };

export type Texts = typeof en;
