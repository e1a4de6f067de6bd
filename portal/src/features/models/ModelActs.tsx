import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteModel, type RegisteredModel, renameModel } from "../../api/registry";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";

interface ModelActsProps {
  model: RegisteredModel;
  /** Versions that were counted, and whether there are more. */
  versions: number;
  more: boolean;
}

export function ModelActs({ model, versions, more }: ModelActsProps) {
  return (
    <div className="acts">
      <Rename name={model.name} />
      <Delete model={model} versions={versions} more={more} />
    </div>
  );
}

function Rename({ name }: { name: string }) {
  const navigate = useNavigate();
  const [written, setWritten] = useState(name);
  const to = written.trim();
  const rename = async () => {
    await renameModel(name, to);
    await navigate({ to: pages.model, params: { name: to }, replace: true });
  };
  return (
    <ActButton
      label={texts.models.rename}
      title={texts.models.renameTitle(name)}
      act={rename}
      changes={[["models"], ["versions"]]}
      unready={!to || to === name}
      onOpen={() => setWritten(name)}
    >
      <p>{texts.models.renameWhat}</p>
      <TextField label={texts.models.newName} value={written} onValue={setWritten} required />
    </ActButton>
  );
}

function Delete({ model, versions, more }: ModelActsProps) {
  const navigate = useNavigate();
  const [written, setWritten] = useState("");
  const { name } = model;
  const remove = async () => {
    await deleteModel(name);
    await navigate({ to: pages.models });
  };
  const aliases = (model.aliases ?? []).map(({ alias }) => `@${alias}`);
  return (
    <ActButton
      label={texts.models.deleteModel}
      title={texts.models.deleteModelSure(name)}
      act={remove}
      changes={[["models"]]}
      unready={written !== name}
      onOpen={() => setWritten("")}
    >
      <p>{texts.models.deleteModelWhat}</p>
      <p className="break">{texts.models.deleteModelHas(versions, more, aliases)}</p>
      <TextField label={texts.models.typeName} value={written} onValue={setWritten} />
    </ActButton>
  );
}
