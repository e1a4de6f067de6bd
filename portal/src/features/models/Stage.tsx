import { texts } from "../../lib/texts";
import { Status } from "../../ui/Status";

const tones: Record<string, string> = { Production: "good", Staging: "waiting", Archived: "quiet" };

export function stageName(stage: string): string {
  return texts.models.stageNames[stage] ?? stage;
}

/** The stage of a version; a dash for none. */
export function Stage({ value }: { value: string }) {
  return value === "None" ? texts.nothing : <Status value={stageName(value)} tone={tones[value]} />;
}
