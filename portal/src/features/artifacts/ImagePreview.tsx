import { useEffect, useState } from "react";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { Files } from "./files";
import { useImage } from "./queries";

const LARGEST = 20_000_000;

interface ImagePreviewProps {
  from: Files;
  path: string;
  size: number;
  type: string;
}

export function ImagePreview(props: ImagePreviewProps) {
  return props.size > LARGEST ? <p className="soft">{texts.tooLarge}</p> : <Image {...props} />;
}

function Image({ from, path, type }: ImagePreviewProps) {
  const { data: blob, error } = useImage(from, path, type);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (error) return <Failure error={error} />;
  return url ? <img className="image" src={url} alt={path} /> : <Loading />;
}
