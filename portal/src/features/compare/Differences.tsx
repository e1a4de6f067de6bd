import { Button, Switch } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { texts } from "../../lib/texts";
import type { Compared } from "./compared";
import { rowsOf } from "./differences";
import { DifferenceTable } from "./DifferenceTable";
import { saveDifferences } from "./differencesCsv";
import { SearchInput } from "../../ui/SearchInput";

/** All that was logged, key by key; what is equal in all runs is left out until asked for. */
export function Differences({ runs }: { runs: Compared[] }) {
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState(true);
  const rows = useMemo(() => rowsOf(runs.map((one) => one.run)), [runs]);
  const wanted = search.toLowerCase();
  const found = rows.filter((row) => (row.differs || !only) && row.key.toLowerCase().includes(wanted));
  return (
    <>
      <div className="tools middle">
        <SearchInput label={texts.filterKeys} value={search} onValue={setSearch} />
        <Switch label={texts.onlyDifferences} checked={only} onChange={(_, { checked }) => setOnly(checked)} />
        <Button disabled={found.length === 0} onClick={() => saveDifferences(runs, found)}>
          {texts.comparing.downloadCsv}
        </Button>
        <span className="soft">{texts.differsHint}</span>
      </div>
      {found.length > 0 ? (
        <DifferenceTable runs={runs} rows={found} />
      ) : (
        <p className="soft">{search ? texts.noMatchingKey : texts.noDifferences}</p>
      )}
    </>
  );
}
