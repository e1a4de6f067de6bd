import { Button } from "@fluentui/react-components";
import { useParams } from "@tanstack/react-router";
import { deleteModelTag, describeModel, type RegisteredModel, setModelTag } from "../api/registry";
import { AliasEditor } from "../features/models/AliasEditor";
import { Description } from "../features/models/Description";
import { ModelActs } from "../features/models/ModelActs";
import { REGISTRY_CHANGES, useModel, useVersions } from "../features/models/queries";
import { TagEditor } from "../features/models/TagEditor";
import { VersionTable } from "../features/models/VersionTable";
import { useMay } from "../features/workspaces/rights";
import { formatTime } from "../lib/format";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Facts } from "../ui/Facts";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function ModelPage() {
  const { name } = useParams({ from: pages.model });
  const { data: model, error, refetch } = useModel(name);
  const mayWrite = useMay("model:write");
  const found = useVersions(name);
  const versions = found.data?.pages.flatMap((page) => page.model_versions ?? []);
  return (
    <Page
      wide
      title={name}
      above={<Crumbs steps={[[texts.models.title, { to: pages.models }]]} />}
      aside={
        model && mayWrite && versions && <ModelActs model={model} versions={versions.length} more={found.hasNextPage} />
      }
    >
      <Failure error={error} again={() => void refetch()} />
      {!model && !error && <Loading />}
      {model && <About model={model} mayWrite={mayWrite} versions={versions?.map((one) => one.version)} />}
      {model && (
        <section aria-labelledby="versions">
          <h2 id="versions">{texts.models.versions}</h2>
          <Failure error={found.error} again={() => void found.refetch()} />
          {versions && versions.length > 0 && <VersionTable versions={versions} mayWrite={mayWrite} />}
          {versions?.length === 0 && <p className="soft">{texts.models.noVersions}</p>}
          {found.hasNextPage && (
            <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {texts.more}
            </Button>
          )}
        </section>
      )}
    </Page>
  );
}

interface AboutProps {
  model: RegisteredModel;
  mayWrite: boolean;
  versions?: string[];
}

function About({ model, mayWrite, versions }: AboutProps) {
  const { name } = model;
  return (
    <>
      <Facts
        facts={[
          [texts.created, formatTime(model.creation_timestamp)],
          [texts.changed, formatTime(model.last_updated_timestamp)],
        ]}
      />
      <Description
        text={model.description}
        mayWrite={mayWrite}
        changes={REGISTRY_CHANGES}
        onSave={(text) => describeModel(name, text)}
      />
      <AliasEditor name={name} aliases={model.aliases ?? []} versions={versions} mayWrite={mayWrite} />
      <TagEditor
        tags={model.tags}
        mayWrite={mayWrite}
        changes={REGISTRY_CHANGES}
        onSet={(key, value) => setModelTag(name, key, value)}
        onRemove={(key) => deleteModelTag(name, key)}
      />
    </>
  );
}
