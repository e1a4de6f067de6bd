import { lazy, Suspense } from "react";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { DeleteFile } from "./DeleteFile";
import type { Files } from "./files";
import { ImagePreview } from "./ImagePreview";
import { previewOf } from "./kinds";
import { MediaPreview } from "./MediaPreview";
import { PagePreview } from "./PagePreview";
import { useFolder } from "./queries";
import { TextPreview } from "./TextPreview";

const TablePreview = lazy(() => import("./TablePreview").then(({ TablePreview }) => ({ default: TablePreview })));
const ParquetPreview = lazy(() => import("./ParquetPreview").then((all) => ({ default: all.ParquetPreview })));
const JsonPreview = lazy(() => import("./JsonPreview").then(({ JsonPreview }) => ({ default: JsonPreview })));
const MarkdownPreview = lazy(() => import("./MarkdownPreview").then((all) => ({ default: all.MarkdownPreview })));
const NotebookPreview = lazy(() => import("./NotebookPreview").then((all) => ({ default: all.NotebookPreview })));

interface FilePreviewProps {
  from: Files;
  path: string;
}

/** What all previews are given. */
export interface PreviewProps extends FilePreviewProps {
  size: number;
}

/** A file as far as it can be shown without trusting it, and the way to have it all. */
export function FilePreview({ from, path }: FilePreviewProps) {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const { data: files, error } = useFolder(from, folder, false);
  if (!files) return error ? <Failure error={error} /> : <Loading />;
  const file = files.find((one) => one.path === path && !one.is_dir);
  if (!file) return <p className="soft">{texts.noFile}</p>;
  const size = file.file_size ?? 0;
  return (
    <>
      <div className="section-head">
        <h2 className="cut">{path}</h2>
        <span className="soft">{formatBytes(size)}</span>
        <span className="file-actions">
          <a className="link" href={from.url(path)} download>
            {texts.download}
          </a>
          <DeleteFile from={from} path={path} />
        </span>
      </div>
      <Suspense fallback={<Loading />}>
        <Content from={from} path={path} size={size} />
      </Suspense>
    </>
  );
}

function Content(props: PreviewProps) {
  const preview = previewOf(props.path);
  switch (preview.as) {
    case "image":
      return <ImagePreview {...props} type={preview.type} />;
    case "table":
      return <TablePreview {...props} separator={preview.separator} />;
    case "parquet":
      return <ParquetPreview {...props} />;
    case "json":
      return <JsonPreview {...props} />;
    case "markdown":
      return <MarkdownPreview {...props} />;
    case "notebook":
      return <NotebookPreview {...props} />;
    case "html":
    case "pdf":
      return <PagePreview {...props} as={preview.as} />;
    case "sound":
    case "video":
      return <MediaPreview {...props} as={preview.as} />;
    case "text":
      return <TextPreview {...props} />;
    default:
      return <p className="soft">{texts.noPreview}</p>;
  }
}
