import { Button } from "@fluentui/react-components";
import type { ReactNode } from "react";

interface ChipProps {
  children: ReactNode;
  /** All of it, where a part may be cut off. */
  title?: string;
  /** What its button does, for who does not see it. */
  removal?: string;
  busy?: boolean;
  onRemove?: () => void;
}

/** A short word, such as a tag, and the way to take it away. */
export function Chip({ children, title, removal, busy, onRemove }: ChipProps) {
  return (
    <li className="chip" title={title}>
      <span className="cut">{children}</span>
      {onRemove && (
        <Button size="small" appearance="transparent" aria-label={removal} disabled={busy} onClick={onRemove}>
          <span aria-hidden="true">×</span>
        </Button>
      )}
    </li>
  );
}
