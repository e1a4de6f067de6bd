/** All that the portal says, in Japanese. */

import type { Texts } from "../en";
import { common } from "./common";

export const ja: Texts = { ...common };
