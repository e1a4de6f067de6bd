import { Select } from "@fluentui/react-components";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Environment } from "../api/lazward";
import { EnvironmentJobs } from "../features/environments/EnvironmentJobs";
import { useEnvironmentVersions } from "../features/environments/queries";
import { Specification } from "../features/environments/Specification";
import { formatTime } from "../lib/format";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function EnvironmentPage() {
  const { name } = useParams({ from: pages.environment });
  const { version } = useSearch({ from: pages.environment });
  const navigate = useNavigate();
  const { data: versions, error, refetch } = useEnvironmentVersions(name);
  const shown = versions?.find((one) => one.version === version) ?? versions?.[0];
  const show = (to: string) =>
    void navigate({
      to: pages.environment,
      params: { name },
      search: to === versions?.[0]?.version ? {} : { version: to },
      replace: true,
    });
  return (
    <Page
      title={name}
      above={<Crumbs steps={[[texts.environments.title, { to: pages.environments }]]} />}
      aside={versions && shown && <Versions versions={versions} shown={shown.version} onVersion={show} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {!versions && !error && <Loading />}
      {shown && version && shown.version !== version && (
        <p className="note" role="status">
          {texts.environments.noVersion(version)}
        </p>
      )}
      {shown && <Specification environment={shown} />}
      {shown && <EnvironmentJobs name={name} version={shown.version} />}
    </Page>
  );
}

interface VersionsProps {
  versions: Environment[];
  shown: string;
  onVersion: (version: string) => void;
}

function Versions({ versions, shown, onVersion }: VersionsProps) {
  return (
    <Select aria-label={texts.environments.version} value={shown} onChange={(_, { value }) => onVersion(value)}>
      {versions.map((one, index) => (
        <option key={one.version} value={one.version}>
          {[
            texts.environments.versionOf(one.version),
            index === 0 && texts.environments.newest,
            !one.curated && formatTime(one.created_at, true),
          ]
            .filter(Boolean)
            .join(", ")}
        </option>
      ))}
    </Select>
  );
}
