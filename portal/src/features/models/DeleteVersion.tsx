import { useNavigate } from "@tanstack/react-router";
import { deleteVersion, type ModelVersion } from "../../api/registry";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";

export function DeleteVersion({ version: one }: { version: ModelVersion }) {
  const navigate = useNavigate();
  const { name, version } = one;
  const remove = async () => {
    await deleteVersion(name, version);
    await navigate({ to: pages.model, params: { name } });
  };
  const aliases = (one.aliases ?? []).map((alias) => `@${alias}`);
  return (
    <ActButton
      label={texts.models.deleteVersion}
      title={texts.models.deleteVersionSure(name, version)}
      act={remove}
      changes={[["models"], ["model"], ["versions"]]}
    >
      <p>{texts.models.deleteVersionWhat}</p>
      {aliases.length > 0 && <p className="break">{texts.models.deleteVersionAliases(aliases)}</p>}
    </ActButton>
  );
}
