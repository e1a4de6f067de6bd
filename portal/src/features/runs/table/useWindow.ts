/** Which lines and columns are in sight; only those are in the page. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useMemo } from "react";
import type { Lines } from "./lines";
import type { Shown } from "./RunLine";

const ROW = 36;
const GROUP = 48;

export function useWindow(box: RefObject<HTMLDivElement | null>, lines: Lines, all: Shown[]) {
  const pinned = useMemo(() => all.filter((one) => one.place.pinned), [all]);
  const loose = useMemo(() => all.filter((one) => !one.place.pinned), [all]);
  const down = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => (lines.at(index)?.kind === "group" ? GROUP : ROW),
    overscan: 12,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: loose.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => loose[index]?.place.width ?? 0,
    paddingStart: pinned.reduce((sum, one) => sum + one.place.width, 0),
    overscan: 3,
  });
  useEffect(() => down.measure(), [down, lines]);
  useEffect(() => across.measure(), [across, loose]);
  const { startIndex = 0, endIndex = -1 } = across.range ?? {};
  const first = Math.max(0, startIndex - 3);
  const columns = useMemo(() => [...pinned, ...loose.slice(first, endIndex + 4)], [pinned, loose, first, endIndex]);
  return { items: down.getVirtualItems(), height: down.getTotalSize(), width: across.getTotalSize(), columns };
}
