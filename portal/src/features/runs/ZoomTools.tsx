import { Button } from "@fluentui/react-components";
import type { Range } from "../../charts/series";
import { texts } from "../../lib/texts";
import { Icon, type IconName } from "../../ui/Icon";
import { type Extent, moved, scaled } from "./zoom";

interface ZoomToolsProps {
  range: Range | null;
  extent: Extent;
  onRange: (range: Range | null) => void;
}

/** Zooming for who does not drag: all charts at once, as dragging does. */
export function ZoomTools({ range, extent, onRange }: ZoomToolsProps) {
  const change = (how: (now: Range, whole: Range) => Range | null) => () => {
    const whole = extent.whole() ?? range;
    if (whole) onRange(how(range ?? whole, whole));
  };
  const tools: [IconName, string, boolean, () => void][] = [
    ["plus", texts.runPage.zoomIn, false, change((now, whole) => scaled(now, 0.5, whole))],
    ["minus", texts.runPage.zoomOut, !range, change((now, whole) => scaled(now, 2, whole))],
    ["left", texts.runPage.earlier, !range, change((now, whole) => moved(now, -1, whole))],
    ["right", texts.runPage.later, !range, change((now, whole) => moved(now, 1, whole))],
    ["whole", texts.runPage.reset, !range, () => onRange(null)],
  ];
  return (
    <div className="zoom-tools" role="group" aria-label={texts.runPage.zoom} title={texts.runPage.zoomHint}>
      {tools.map(([icon, label, off, act]) => (
        <Button
          key={icon}
          size="small"
          appearance="subtle"
          icon={<Icon name={icon} />}
          aria-label={label}
          title={label}
          disabledFocusable={off}
          onClick={act}
        />
      ))}
    </div>
  );
}
