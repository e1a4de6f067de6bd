import { Button } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import type { Look } from "../../charts/series";
import { texts } from "../../lib/texts";
import { ChartTools } from "../runs/ChartTools";
import { fieldsOf } from "./fields";
import { OverlayChart } from "./OverlayChart";
import type { Shown } from "./shown";

const AT_ONCE = 24;

/** A chart for each metric that one of the runs logged. */
export function OverlayCharts(shown: Shown) {
  const { runs } = shown;
  const [search, setSearch] = useState("");
  const [look, setLook] = useState<Look>({ x: "step", smoothing: 0, log: false });
  const [most, setMost] = useState(AT_ONCE);
  const metrics = useMemo(() => fieldsOf(runs).filter((one) => one.kind === "metrics"), [runs]);
  const wanted = search.toLowerCase();
  const found = metrics.filter((one) => one.key.toLowerCase().includes(wanted));
  return (
    <>
      <ChartTools search={search} onSearch={setSearch} look={look} onLook={setLook} />
      {found.length === 0 && <p className="soft">{search ? texts.noKeys : texts.noMetrics}</p>}
      <div className="charts">
        {found.slice(0, most).map(({ key }) => (
          <OverlayChart key={key} metric={key} {...shown} look={look} />
        ))}
      </div>
      {found.length > most && <Button onClick={() => setMost(most + AT_ONCE)}>{texts.more}</Button>}
    </>
  );
}
