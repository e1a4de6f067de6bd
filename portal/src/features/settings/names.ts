/** What workspaces and resource groups can be called. */

import { texts } from "../../lib/texts";

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{1,62}$/;

export function nameProblem(name: string): string | undefined {
  return name === "" || NAME.test(name) ? undefined : texts.settings.placeNameWrong;
}
