import { Markdown } from "../../ui/Markdown";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { ImagePreview } from "./ImagePreview";
import { previewOf } from "./kinds";
import { MOST_TEXT, useText } from "./queries";
import { TextPreview } from "./TextPreview";

/** Markdown as it is meant; markup in it is text, and only pictures of the same run are shown. */
export function MarkdownPreview(props: PreviewProps) {
  const { from, path, size } = props;
  const { data: text } = useText(from, path, size, MOST_TEXT);
  if (size > MOST_TEXT) return <TextPreview {...props} />;
  if (text === undefined) return <Loading />;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return (
    <div className="text prose">
      <Markdown
        text={text}
        picture={(source, title) => {
          const preview = previewOf(source);
          const inside = !/^[a-z][a-z0-9+.-]*:|^[/\\]|\.\./i.test(source);
          if (!inside || preview.as !== "image") return title;
          return <ImagePreview from={from} path={folder + source} size={0} type={preview.type} />;
        }}
      />
    </div>
  );
}
