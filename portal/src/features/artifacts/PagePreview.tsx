import { Switch, Tab, TabList } from "@fluentui/react-components";
import { useState } from "react";
import { texts } from "../../lib/texts";
import type { PreviewProps } from "./FilePreview";
import { TextPreview } from "./TextPreview";

/**
 * A page or a document in a frame that is nobody's: it reaches neither us nor any network, and its scripts run
 * only when they are asked to. The server says the same of what it sends there.
 */
export function PagePreview(props: PreviewProps & { as: "html" | "pdf" }) {
  const { from, path, as } = props;
  const [scripts, setScripts] = useState(false);
  const [source, setSource] = useState(false);
  const address = from.view?.(path, scripts);
  if (!address) return as === "pdf" ? <p className="soft">{texts.noPreview}</p> : <TextPreview {...props} />;
  if (as === "pdf") return <iframe className="framed" title={path} src={address} />;
  return (
    <>
      <div className="tools middle">
        <TabList
          selectedValue={source ? "source" : "page"}
          onTabSelect={(_, { value }) => setSource(value === "source")}
        >
          <Tab value="page">{texts.runPage.page}</Tab>
          <Tab value="source">{texts.runPage.source}</Tab>
        </TabList>
        {!source && (
          <Switch
            label={texts.runPage.runScripts}
            checked={scripts}
            onChange={(_, { checked }) => setScripts(checked)}
          />
        )}
      </div>
      {!source && <p className="soft">{scripts ? texts.runPage.scriptsRun : texts.runPage.scriptsStill}</p>}
      {source ? (
        <TextPreview {...props} />
      ) : (
        <iframe key={address} className="framed" title={path} src={address} sandbox={scripts ? "allow-scripts" : ""} />
      )}
    </>
  );
}
