import { Link } from "@tanstack/react-router";
import type { ModelVersion, RegisteredModel } from "../../api/registry";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Chip } from "../../ui/Chip";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { VersionLink } from "./links";
import { Stage } from "./Stage";

const heads = [
  texts.name,
  texts.models.latest,
  texts.models.stages,
  texts.models.aliases,
  texts.tags,
  texts.models.registeredBy,
  texts.changed,
];
/** Characters of a description, and tags and aliases of a model, in a list of models. */
const BRIEF = 200;
const FEW = 4;

export function ModelTable({ models }: { models: RegisteredModel[] }) {
  return (
    <Scroll label={texts.models.title}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {models.map((model) => (
            <ModelRow key={model.name} model={model} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function ModelRow({ model }: { model: RegisteredModel }) {
  const { name, latest_versions: newest = [], aliases = [], tags = [] } = model;
  const latest = newest.reduce<ModelVersion | undefined>(
    (best, one) => (best && Number(best.version) > Number(one.version) ? best : one),
    undefined,
  );
  return (
    <tr>
      <td className="name">
        <Link className="link clamp" title={name} to={pages.model} params={{ name }}>
          {name}
        </Link>
        {model.description && <div className="soft clamp">{model.description.slice(0, BRIEF)}</div>}
      </td>
      <td>{latest ? <VersionLink name={name} version={latest.version} /> : texts.nothing}</td>
      <td>
        <ul className="chips">
          {newest
            .filter((one) => one.current_stage !== "None")
            .map((one) => (
              <li key={one.version}>
                <VersionLink name={name} version={one.version}>
                  {one.version}
                </VersionLink>{" "}
                <Stage value={one.current_stage} />
              </li>
            ))}
        </ul>
      </td>
      <td>
        <Few words={aliases.map(({ alias, version }) => [alias, `@${alias} → ${version}`, `@${alias} → ${version}`])} />
      </td>
      <td>
        <Few words={tags.map(({ key, value }) => [key, `${key}: ${value.slice(0, BRIEF)}`, `${key}: ${value}`])} />
      </td>
      <td className="who">{latest?.user_id || texts.nothing}</td>
      <td className="time">{formatTime(model.last_updated_timestamp, true)}</td>
    </tr>
  );
}

/** The first of many words; the page of their model has the others. */
function Few({ words }: { words: [key: string, shown: string, whole: string][] }) {
  if (words.length === 0) return texts.nothing;
  return (
    <ul className="chips few">
      {words.slice(0, FEW).map(([key, shown, whole]) => (
        <Chip key={key} title={whole}>
          {shown}
        </Chip>
      ))}
      {words.length > FEW && <li className="soft">{texts.andMore(words.length - FEW)}</li>}
    </ul>
  );
}
