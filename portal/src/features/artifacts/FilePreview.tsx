import { texts } from "../../lib/texts";
import { api } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { ImagePreview } from "./ImagePreview";
import { previewOf } from "./kinds";
import { useFolder } from "./queries";
import { TextPreview } from "./TextPreview";

interface FilePreviewProps {
  runId: string;
  path: string;
}

/** A file as far as it can be shown without trusting it, and the way to have it all. */
export function FilePreview({ runId, path }: FilePreviewProps) {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const { data: files, error } = useFolder(runId, folder, false);
  if (!files) return error ? <Failure error={error} /> : <Loading />;
  const file = files.find((one) => one.path === path && !one.is_dir);
  if (!file) return <p className="soft">{texts.noFile}</p>;
  return (
    <>
      <div className="section-head">
        <h2 className="cut">{path}</h2>
        <a className="link" href={api.artifact(runId, path)} download>
          {texts.download}
        </a>
      </div>
      <Content runId={runId} path={path} size={file.file_size ?? 0} />
    </>
  );
}

function Content({ runId, path, size }: FilePreviewProps & { size: number }) {
  const preview = previewOf(path);
  switch (preview.as) {
    case "image":
      return <ImagePreview runId={runId} path={path} size={size} type={preview.type} />;
    case "json":
      return <TextPreview runId={runId} path={path} size={size} json />;
    case "text":
      return <TextPreview runId={runId} path={path} size={size} />;
    default:
      return <p className="soft">{texts.noPreview}</p>;
  }
}
