/** Charts as files. */

import { save } from "../lib/save";

const EDGE = 16;
const TITLE = 24;

/** What a canvas shows, on the background and below the title that it has on the page. */
export async function savePng(canvas: HTMLCanvasElement, title: string): Promise<void> {
  const style = getComputedStyle(canvas);
  const scale = devicePixelRatio;
  const picture = document.createElement("canvas");
  picture.width = canvas.width + 2 * EDGE * scale;
  picture.height = canvas.height + (2 * EDGE + TITLE) * scale;
  const draw = picture.getContext("2d");
  if (!draw) return;
  draw.fillStyle = style.getPropertyValue("--card").trim() || "white";
  draw.fillStyle = style.getPropertyValue("--colorNeutralBackground1").trim() || draw.fillStyle;
  draw.fillRect(0, 0, picture.width, picture.height);
  draw.fillStyle = style.getPropertyValue("--colorNeutralForeground1").trim() || "black";
  draw.font = `${14 * scale}px ${style.fontFamily}`;
  draw.fillText(title, EDGE * scale, (EDGE + 14) * scale, canvas.width);
  draw.drawImage(canvas, EDGE * scale, (EDGE + TITLE) * scale);
  const content = await new Promise<Blob | null>((done) => picture.toBlob(done, "image/png"));
  if (content) save(content, `${title}.png`);
}
