import { texts } from "../../lib/texts";
import { api } from "../../lib/urls";
import { ImagePreview } from "./ImagePreview";
import { previewOf } from "./kinds";
import { TextPreview } from "./TextPreview";

interface FilePreviewProps {
  runId: string;
  path: string;
}

/** A file as far as it can be shown without trusting it, and the way to have it all. */
export function FilePreview({ runId, path }: FilePreviewProps) {
  const preview = previewOf(path);
  return (
    <>
      <div className="section-head">
        <h2 className="cut">{path}</h2>
        <a className="link" href={api.artifact(runId, path)} download>
          {texts.download}
        </a>
      </div>
      {preview.as === "image" && <ImagePreview runId={runId} path={path} type={preview.type} />}
      {preview.as === "text" && <TextPreview runId={runId} path={path} />}
      {preview.as === "json" && <TextPreview runId={runId} path={path} json />}
      {preview.as === "nothing" && <p className="soft">{texts.noPreview}</p>}
    </>
  );
}
