import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy } from "react";
import type { ModelVersion } from "../api/registry";
import { DeleteVersion } from "../features/models/DeleteVersion";
import { filesOfVersion } from "../features/models/files";
import { useVersion } from "../features/models/queries";
import { SchemaPart } from "../features/models/SchemaPart";
import { Stage } from "../features/models/Stage";
import { StageButton } from "../features/models/StageButton";
import { toneOf, wordOf } from "../features/models/status";
import { VersionOverview } from "../features/models/VersionOverview";
import type { ModelView } from "../features/models/view";
import { useMay } from "../features/workspaces/rights";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { Status } from "../ui/Status";
import { Tabs } from "../ui/Tabs";

const Artifacts = lazy(() =>
  import("../features/artifacts/Artifacts").then(({ Artifacts }) => ({ default: Artifacts })),
);

const tabs = [
  ["overview", texts.overview],
  ["schema", texts.models.schema],
  ["artifacts", texts.artifacts],
] as const;

export function VersionPage() {
  const params = useParams({ from: pages.version });
  const { tab = "overview", path } = useSearch({ from: pages.version });
  const navigate = useNavigate();
  const { name, version } = params;
  const { data: one, error, refetch } = useVersion(name, version);
  const mayWrite = useMay("model:write");
  const show = (search: ModelView) => void navigate({ to: pages.version, params, search, replace: true });
  const crumbs = (
    <Crumbs
      steps={[
        [texts.models.title, { to: pages.models }],
        [name, { to: pages.model, params: { name } }],
      ]}
    />
  );
  return (
    <Page
      wide
      title={texts.models.versionOf(version)}
      tab={`${name} ${version}`}
      above={crumbs}
      aside={one && <Head version={one} mayWrite={mayWrite} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {!one && !error && <Loading />}
      {one && (
        <Tabs tabs={tabs} chosen={tab} onChoose={(to) => show(to === "overview" ? {} : { tab: to })}>
          {tab === "overview" && <VersionOverview version={one} mayWrite={mayWrite} />}
          {tab === "schema" && <SchemaPart from={filesOfVersion(name, version)} />}
          {tab === "artifacts" && (
            <Artifacts
              from={filesOfVersion(name, version)}
              live={false}
              path={path}
              onOpen={(file) => show({ tab: "artifacts", path: file })}
            />
          )}
        </Tabs>
      )}
    </Page>
  );
}

function Head({ version, mayWrite }: { version: ModelVersion; mayWrite: boolean }) {
  return (
    <>
      <Status value={wordOf(version.status)} tone={toneOf(version.status)} />
      {version.current_stage !== "None" && <Stage value={version.current_stage} />}
      {mayWrite && (
        <div className="acts">
          <StageButton version={version} />
          <DeleteVersion version={version} />
        </div>
      )}
    </>
  );
}
