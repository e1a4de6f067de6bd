/** All that the portal says, in Japanese. */

import type { Texts } from "../en";
import { common } from "./common";
import { comparing } from "./comparing";
import { environments } from "./environments";
import { models } from "./models";
import { run } from "./run";
import { settings } from "./settings";
import { steering } from "./steering";
import { table } from "./table";

export const ja: Texts = { ...common, comparing, environments, models, runPage: run, settings, steering, table };
