import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, useState } from "react";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Tabs } from "../../ui/Tabs";
import type { Compared } from "./compared";
import { Differences } from "./Differences";
import { Legend } from "./Legend";
import { Parallel } from "./Parallel";
import { Scatter } from "./Scatter";
import { type CompareView, compareTabs } from "./view";

const OverlayCharts = lazy(() => import("./OverlayCharts").then(({ OverlayCharts }) => ({ default: OverlayCharts })));
const Contour = lazy(() => import("./Contour").then(({ Contour }) => ({ default: Contour })));
const SharedFiles = lazy(() => import("./files/SharedFiles").then(({ SharedFiles }) => ({ default: SharedFiles })));

const tabs = compareTabs.map((one) => [one, one === "contour" ? texts.comparing.contour : texts[one]] as const);

const NONE: ReadonlySet<string> = new Set();

/** The ways to look at the same runs; who is hidden in one is hidden in the others. */
export function ComparedParts({ runs }: { runs: Compared[] }) {
  const { experimentId } = useParams({ from: pages.compare });
  const view = useSearch({ from: pages.compare });
  const navigate = useNavigate();
  const [hidden, setHidden] = useState(NONE);
  const [pointed, setPointed] = useState<string | null>(null);
  const tab = view.tab ?? "charts";
  const change = (to: Partial<CompareView>) =>
    void navigate({ to: pages.compare, params: { experimentId }, search: { ...view, ...to }, replace: true });
  const drawn = { runs, hidden, pointed, onPoint: setPointed };
  const viewed = { view, onView: change };
  return (
    <Tabs tabs={tabs} chosen={tab} onChoose={(to) => change({ tab: to === "charts" ? undefined : to })}>
      {tab !== "differences" && <Legend {...drawn} onHidden={setHidden} />}
      {tab === "charts" && <OverlayCharts {...drawn} />}
      {tab === "differences" && <Differences runs={runs} />}
      {tab === "scatter" && <Scatter {...drawn} {...viewed} />}
      {tab === "contour" && <Contour {...drawn} {...viewed} />}
      {tab === "parallel" && <Parallel {...drawn} {...viewed} />}
      {tab === "artifacts" && <SharedFiles {...drawn} {...viewed} />}
    </Tabs>
  );
}
