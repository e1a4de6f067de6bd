import { Button, Dialog, DialogSurface } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { texts } from "../../lib/texts";
import { MetricChart, type MetricChartProps } from "./MetricChart";
import { ZoomTools } from "./ZoomTools";

/** Pixels of the window that are not the chart's. */
const AROUND = 200;

/** A chart that fills the window. */
export function LargeChart({ onClose, ...props }: MetricChartProps & { onClose: () => void }) {
  const height = useHeight();
  const { range, extent } = props.shown;
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface className="large-chart" aria-label={props.latest.key}>
        <div className="section-head">
          <ZoomTools range={range} extent={extent} onRange={props.actions.onRange} />
          <Button size="small" onClick={onClose}>
            {texts.runPage.close}
          </Button>
        </div>
        <MetricChart {...props} large height={Math.max(160, height - AROUND)} />
      </DialogSurface>
    </Dialog>
  );
}

function useHeight(): number {
  const [height, setHeight] = useState(window.innerHeight);
  useEffect(() => {
    const measure = () => setHeight(window.innerHeight);
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return height;
}
