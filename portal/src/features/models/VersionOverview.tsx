import { deleteVersionTag, describeVersion, type ModelVersion, setVersionTag } from "../../api/registry";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { AliasEditor } from "./AliasEditor";
import { loadCode } from "./code";
import { Description } from "./Description";
import { FolderPart } from "./FolderPart";
import { filesOfVersion } from "./files";
import { Lineage } from "./Lineage";
import { REGISTRY_CHANGES } from "./queries";
import { TagEditor } from "./TagEditor";

interface VersionOverviewProps {
  version: ModelVersion;
  mayWrite: boolean;
}

/** What is known of a version, where it comes from, and how it is loaded. */
export function VersionOverview({ version: one, mayWrite }: VersionOverviewProps) {
  const { name, version, aliases = [] } = one;
  return (
    <>
      <Facts
        facts={[
          [texts.created, formatTime(one.creation_timestamp)],
          [texts.changed, formatTime(one.last_updated_timestamp)],
          [texts.models.registeredBy, one.user_id],
          [texts.models.source, one.source && <code>{one.source}</code>],
          [texts.models.runLink, one.run_link && <Outside url={one.run_link} />],
        ]}
      />
      {one.run_id && (
        <section aria-labelledby="lineage">
          <h2 id="lineage">{texts.models.lineage}</h2>
          <Lineage runId={one.run_id} modelId={one.model_id} />
        </section>
      )}
      <Description
        text={one.description}
        mayWrite={mayWrite}
        changes={REGISTRY_CHANGES}
        onSave={(text) => describeVersion(name, version, text)}
      />
      <AliasEditor
        name={name}
        version={version}
        aliases={aliases.map((alias) => ({ alias, version }))}
        mayWrite={mayWrite}
      />
      <TagEditor
        tags={one.tags}
        mayWrite={mayWrite}
        changes={REGISTRY_CHANGES}
        onSet={(key, value) => setVersionTag(name, version, key, value)}
        onRemove={(key) => deleteVersionTag(name, version, key)}
      />
      <section aria-labelledby="load">
        <h2 id="load">{texts.models.load}</h2>
        <Code label={texts.models.byVersion} text={loadCode(`models:/${name}/${version}`)} />
        {aliases.map((alias) => (
          <Code key={alias} label={texts.models.byAlias(alias)} text={loadCode(`models:/${name}@${alias}`)} />
        ))}
      </section>
      <FolderPart from={filesOfVersion(name, version)} />
    </>
  );
}

/** A link that a client has sent: one to a page is one, and anything else is text. */
function Outside({ url }: { url: string }) {
  if (!/^https?:\/\//i.test(url)) return url;
  return (
    <a className="link" href={url} rel="noreferrer">
      {url}
    </a>
  );
}
