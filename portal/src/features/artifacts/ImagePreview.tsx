import { Button } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Icon } from "../../ui/Icon";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { useImage } from "./queries";

const LARGEST = 50_000_000;
const STEP = 1.5;
const MOST = 16;

type ImagePreviewProps = PreviewProps & { type: string };

/** A picture, from as wide as there is room to many times its size. */
export function ImagePreview(props: ImagePreviewProps) {
  return props.size > LARGEST ? <p className="soft">{texts.tooLarge}</p> : <Zoomed {...props} />;
}

function Zoomed({ from, path, type }: ImagePreviewProps) {
  const { url, error } = useImageUrl(from, path, type);
  /** How many times its own size; null for as wide as fits. */
  const [scale, setScale] = useState<number | null>(null);
  const [own, setOwn] = useState(0);
  if (error) return <Failure error={error} />;
  if (!url) return <Loading />;
  const grow = (factor: number) => setScale(Math.min(MOST, Math.max(1 / MOST, (scale ?? 1) * factor)));
  return (
    <>
      <div className="tools middle">
        <Button size="small" icon={<Icon name="plus" />} aria-label={texts.runPage.zoomIn} onClick={() => grow(STEP)} />
        <Button
          size="small"
          icon={<Icon name="minus" />}
          aria-label={texts.runPage.zoomOut}
          onClick={() => grow(1 / STEP)}
        />
        <Button size="small" onClick={() => setScale(1)}>
          {texts.runPage.ownSize}
        </Button>
        <Button size="small" onClick={() => setScale(null)}>
          {texts.runPage.fit}
        </Button>
        <span className="soft" role="status">
          {scale !== null && `${Math.round(scale * 100)} %`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="zoomed" tabIndex={0} aria-label={path}>
        <img
          className={scale === null ? "image" : undefined}
          style={scale === null || own === 0 ? undefined : { width: own * scale }}
          src={url}
          alt={path}
          onLoad={(event) => setOwn(event.currentTarget.naturalWidth)}
        />
      </section>
    </>
  );
}

/** The address in memory of a picture that was fetched. */
export function useImageUrl(from: PreviewProps["from"], path: string, type: string) {
  const { data: blob, error } = useImage(from, path, type);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return { url, error };
}
