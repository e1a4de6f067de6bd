/** How much goes, in words. */

import type { Deletion, Purged } from "../../api/administration";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";

const COUNTED = ["experiments", "runs", "logged_models", "registered_models", "model_versions", "files"] as const;

export function told(gone: Deletion | Purged): string {
  const counts: Partial<Record<(typeof COUNTED)[number], number>> = gone;
  const parts = COUNTED.flatMap((what) => {
    const count = counts[what];
    return count ? [texts.settings.counted[what](count)] : [];
  });
  const listed = parts.length > 0 ? parts.join(", ") : texts.settings.nothingGoes;
  return texts.settings.withBytes(listed, formatBytes(gone.bytes));
}
