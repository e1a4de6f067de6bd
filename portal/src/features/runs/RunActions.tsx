import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteRun, deleteRunTag, renameRun, type Run, setRunTag } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { nameOf, NOTE, tagOf } from "./run";

/** What can be changed of a run; nothing for who may not. */
export function RunActions({ run }: { run: Run }) {
  const navigate = useNavigate();
  if (!useMay("run:write")) return null;
  const { run_id: id, experiment_id: experimentId } = run.info;
  const name = nameOf(run);
  const remove = async () => {
    await deleteRun(id);
    void navigate({ to: pages.runs, params: { experimentId } });
  };
  return (
    <span className="file-actions">
      <EditRun run={run} />
      <AddTag run={run} />
      <ActButton
        label={texts.runPage.deleteRun}
        title={texts.runPage.deleteRunSure(name)}
        act={remove}
        changes={[["runs"], ["run", id]]}
      >
        {texts.runPage.deleteRunWhat}
      </ActButton>
    </span>
  );
}

function EditRun({ run }: { run: Run }) {
  const { run_id: id } = run.info;
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const begin = () => {
    setName(run.info.run_name);
    setNote(tagOf(run, NOTE));
  };
  const save = async () => {
    if (name !== run.info.run_name) await renameRun(id, name);
    if (note !== tagOf(run, NOTE)) await setRunTag(id, NOTE, note);
  };
  return (
    <ActButton
      label={texts.runPage.edit}
      title={texts.runPage.editTitle}
      verb={texts.runPage.save}
      act={save}
      changes={[["run", id], ["runs"]]}
      unready={name.trim() === ""}
      onOpen={begin}
    >
      <TextField label={texts.name} value={name} onValue={setName} required />
      <TextField label={texts.runPage.note} hint={texts.runPage.noteHint} value={note} onValue={setNote} lines={8} />
    </ActButton>
  );
}

function AddTag({ run }: { run: Run }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const begin = () => {
    setKey("");
    setValue("");
  };
  return (
    <ActButton
      label={texts.runPage.addTag}
      title={texts.runPage.addTag}
      act={() => setRunTag(run.info.run_id, key, value)}
      changes={[["run", run.info.run_id]]}
      unready={key.trim() === ""}
      onOpen={begin}
    >
      <TextField label={texts.runPage.tagKey} value={key} onValue={setKey} required />
      <TextField label={texts.runPage.tagValue} value={value} onValue={setValue} />
    </ActButton>
  );
}

/** Takes a tag away; nothing for who may not. */
export function RemoveTag({ run, name }: { run: Run; name: string }) {
  if (!useMay("run:write")) return null;
  return (
    <ActButton
      label={texts.runPage.removeTag}
      of={name}
      title={`${texts.runPage.removeTag}: ${name}`}
      act={() => deleteRunTag(run.info.run_id, name)}
      changes={[["run", run.info.run_id]]}
    >
      {texts.runPage.removeTagWhat}
    </ActButton>
  );
}
