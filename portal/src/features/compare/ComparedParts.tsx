import { Tab, TabList } from "@fluentui/react-components";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Loading } from "../../ui/Loading";
import type { Compared } from "./compared";
import { Differences } from "./Differences";
import { Legend } from "./Legend";
import { Parallel } from "./Parallel";
import { Scatter } from "./Scatter";
import { type CompareTab, type CompareView, compareTabs } from "./view";

const OverlayCharts = lazy(() => import("./OverlayCharts").then(({ OverlayCharts }) => ({ default: OverlayCharts })));
const Contour = lazy(() => import("./Contour").then(({ Contour }) => ({ default: Contour })));
const SharedFiles = lazy(() => import("./files/SharedFiles").then(({ SharedFiles }) => ({ default: SharedFiles })));

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
    <>
      <TabList
        className="tabs"
        selectedValue={tab}
        onTabSelect={(_, { value }) => change({ tab: value === "charts" ? undefined : (value as CompareTab) })}
      >
        {compareTabs.map((one) => (
          <Tab key={one} value={one} id={`tab-${one}`} aria-controls={one === tab ? "tab-panel" : undefined}>
            {one === "contour" ? texts.comparing.contour : texts[one]}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        {tab !== "differences" && <Legend {...drawn} onHidden={setHidden} />}
        <Suspense fallback={<Loading />}>
          {tab === "charts" && <OverlayCharts {...drawn} />}
          {tab === "differences" && <Differences runs={runs} />}
          {tab === "scatter" && <Scatter {...drawn} {...viewed} />}
          {tab === "contour" && <Contour {...drawn} {...viewed} />}
          {tab === "parallel" && <Parallel {...drawn} {...viewed} />}
          {tab === "artifacts" && <SharedFiles {...drawn} {...viewed} />}
        </Suspense>
      </div>
    </>
  );
}
