import { type RefObject, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

interface Drawing {
  /** Pixels; the width is the box's own. */
  height: number;
  data: uPlot.AlignedData;
  /** What the plot looks like. Where it differs from before, another plot takes the place of the first. */
  shape: string;
  optionsOf: (element: HTMLElement) => uPlot.Options;
}

interface Plot {
  box: RefObject<HTMLDivElement | null>;
  plot: RefObject<uPlot | null>;
}

/** A plot in a box, as wide as that is, which shows the newest data. */
export function usePlot(drawing: Drawing): Plot {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const now = useRef(drawing);
  now.current = drawing;
  const { shape, data } = drawing;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const { optionsOf, data: first, height } = now.current;
    const made = new uPlot(optionsOf(element), first, element);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  return { box, plot };
}
