import type { CSSProperties, ReactNode } from "react";
import type { Placed } from "./layout";

interface CellProps {
  role: "cell" | "columnheader";
  column: Placed;
  /** Its place among all columns, of which those out of sight are not in the page. */
  index: number;
  className?: string;
  title?: string;
  sorted?: "ascending" | "descending";
  children: ReactNode;
}

/** A cell where its column stands: pinned ones stay in sight, the others are scrolled below them. */
export function Cell({ role, column, index, className = "", title, sorted, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles know these, which the rule cannot see
    <div
      role={role}
      aria-colindex={index + 1}
      className={`grid-cell ${column.pinned ? "pinned" : "loose"} ${className}`}
      style={{ "--left": `${column.left}px`, width: column.width } as CSSProperties}
      title={title}
      aria-sort={sorted}
    >
      {children}
    </div>
  );
}
