import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { Files } from "./files";
import { ImagePreview } from "./ImagePreview";
import { previewOf } from "./kinds";
import { useFolder } from "./queries";
import { TextPreview } from "./TextPreview";

interface FilePreviewProps {
  from: Files;
  path: string;
}

/** A file as far as it can be shown without trusting it, and the way to have it all. */
export function FilePreview({ from, path }: FilePreviewProps) {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const { data: files, error } = useFolder(from, folder, false);
  if (!files) return error ? <Failure error={error} /> : <Loading />;
  const file = files.find((one) => one.path === path && !one.is_dir);
  if (!file) return <p className="soft">{texts.noFile}</p>;
  return (
    <>
      <div className="section-head">
        <h2 className="cut">{path}</h2>
        <a className="link" href={from.url(path)} download>
          {texts.download}
        </a>
      </div>
      <Content from={from} path={path} size={file.file_size ?? 0} />
    </>
  );
}

function Content({ from, path, size }: FilePreviewProps & { size: number }) {
  const preview = previewOf(path);
  switch (preview.as) {
    case "image":
      return <ImagePreview from={from} path={path} size={size} type={preview.type} />;
    case "json":
      return <TextPreview from={from} path={path} size={size} json />;
    case "text":
      return <TextPreview from={from} path={path} size={size} />;
    default:
      return <p className="soft">{texts.noPreview}</p>;
  }
}
