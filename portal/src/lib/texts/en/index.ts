/** All that the portal says, in English: a flat part, and one object for each of the other areas. */

import { common } from "./common";

export const en = { ...common };

export type Texts = typeof en;
