import { formatBytes } from "../../../lib/format";
import { texts } from "../../../lib/texts";
import { Failure } from "../../../ui/Failure";
import { Loading } from "../../../ui/Loading";
import { filesOfRun } from "../../artifacts/files";
import { ImagePreview } from "../../artifacts/ImagePreview";
import { previewOf } from "../../artifacts/kinds";
import { MOST_TEXT } from "../../artifacts/queries";
import type { Compared } from "../compared";
import { FileOfRun } from "./FileOfRun";
import { useShared } from "./queries";
import { TextDifferences } from "./TextDifferences";

interface SideBySideProps {
  runs: Compared[];
  hidden: ReadonlySet<string>;
  path: string;
}

/** A file of each run that has it: images in a grid, texts with what differs from the first. */
export function SideBySide({ runs, hidden, path }: SideBySideProps) {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const { data: found, error } = useShared(
    runs.map((one) => one.id),
    folder,
  );
  if (!found) return error ? <Failure error={error} /> : <Loading />;
  const sizes = found.find((one) => one.path === path && !one.isDir)?.sizes;
  const shown = runs.filter((one) => !hidden.has(one.id));
  const having = shown.filter((one) => sizes?.has(one.id));
  if (!sizes || having.length === 0) return <p className="soft">{texts.noFile}</p>;
  const lacking = shown.filter((one) => !sizes.has(one.id)).map((one) => one.name);
  const text = ["text", "json"].includes(previewOf(path).as);
  return (
    <>
      <h2 className="cut">{path}</h2>
      {text && having.length > 1 && <p className="soft">{texts.comparing.textHint}</p>}
      {lacking.length > 0 && <p className="soft">{texts.comparing.lacking(lacking.join(", "))}</p>}
      <div className={text ? "side-by-side texts" : "side-by-side"}>
        {having.map((one) => (
          <FileOfRun key={one.id} of={one} path={path} size={sizes.get(one.id) ?? 0}>
            <Content of={one} first={having[0] ?? one} path={path} sizes={sizes} />
          </FileOfRun>
        ))}
      </div>
    </>
  );
}

interface ContentProps {
  of: Compared;
  first: Compared;
  path: string;
  sizes: Map<string, number>;
}

function Content({ of, first, path, sizes }: ContentProps) {
  const preview = previewOf(path);
  const size = sizes.get(of.id) ?? 0;
  switch (preview.as) {
    case "image":
      return <ImagePreview from={filesOfRun(of.id)} path={path} size={size} type={preview.type} />;
    case "json":
    case "text":
      return (
        <>
          {size > MOST_TEXT && <p className="soft">{texts.cut(formatBytes(MOST_TEXT), formatBytes(size))}</p>}
          <TextDifferences first={first.id} other={of.id} path={path} sizes={[sizes.get(first.id) ?? 0, size]} />
        </>
      );
    default:
      return <p className="soft">{texts.noPreview}</p>;
  }
}
