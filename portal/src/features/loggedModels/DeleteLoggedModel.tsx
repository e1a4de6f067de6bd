import { useNavigate } from "@tanstack/react-router";
import { deleteLoggedModel, type LoggedModel } from "../../api/loggedModels";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";

export function DeleteLoggedModel({ model: { info } }: { model: LoggedModel }) {
  const navigate = useNavigate();
  const remove = async () => {
    await deleteLoggedModel(info.model_id);
    await navigate({ to: pages.loggedModels, params: { experimentId: info.experiment_id } });
  };
  return (
    <ActButton
      label={texts.models.deleteLogged}
      title={texts.models.deleteLoggedSure(info.name)}
      act={remove}
      changes={[["logged models"]]}
    >
      <p>{texts.models.deleteLoggedWhat}</p>
    </ActButton>
  );
}
