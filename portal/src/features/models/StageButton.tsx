import { useState } from "react";
import { type ModelVersion, moveVersion, stages, usedStages } from "../../api/registry";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { ChoiceField, YesNoField } from "../../ui/fields";
import { REGISTRY_CHANGES } from "./queries";
import { stageName } from "./Stage";

const choices = stages.map((stage) => [stage, stageName(stage)] as const);

/** Moves a version to another stage, and those that are there to the archive. */
export function StageButton({ version: one }: { version: ModelVersion }) {
  const [stage, setStage] = useState(one.current_stage);
  const [archive, setArchive] = useState(true);
  const archives = usedStages.includes(stage);
  return (
    <ActButton
      label={texts.models.changeStage}
      of={texts.models.versionOf(one.version)}
      title={texts.models.changeStageOf(one.version)}
      act={() => moveVersion(one.name, one.version, stage, archives && archive)}
      changes={REGISTRY_CHANGES}
      unready={stage === one.current_stage}
      onOpen={() => setStage(one.current_stage)}
    >
      <ChoiceField label={texts.models.moveTo} value={stage} onValue={setStage} choices={choices} />
      {archives && (
        <YesNoField label={texts.models.archiveOthers(stageName(stage))} value={archive} onValue={setArchive} />
      )}
    </ActButton>
  );
}
