import { useState } from "react";
import { texts } from "../../lib/texts";
import type { PreviewProps } from "./FilePreview";

/** Sound or pictures that move; the browser reads the parts that it plays. */
export function MediaPreview({ from, path, as }: PreviewProps & { as: "sound" | "video" }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <p className="soft">{texts.runPage.notPlayed}</p>;
  const shared = { src: from.url(path), controls: true, preload: "metadata", onError: () => setFailed(true) } as const;
  if (as === "sound") return <audio {...shared} className="sound" aria-label={path} />;
  return <video {...shared} className="image" aria-label={path} />;
}
