import { Button, Popover, PopoverSurface, PopoverTrigger } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { texts } from "../../lib/texts";
import { SearchInput } from "../../ui/SearchInput";

const ROW = 32;

/** What can be chosen; keys are told apart by their kind. */
export interface Choice {
  id: string;
  kind: string;
  key: string;
}

interface ColumnChooserProps {
  label?: string;
  keys: Choice[];
  chosen: Choice[];
  onChosen: (columns: string[] | undefined) => void;
}

/** Which params, metrics and tags have a column. */
export function ColumnChooser({ label = texts.columns, ...choosing }: ColumnChooserProps) {
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button>{label}</Button>
      </PopoverTrigger>
      <PopoverSurface className="chooser" aria-label={label}>
        <Choices {...choosing} />
      </PopoverSurface>
    </Popover>
  );
}

function Choices({ keys, chosen, onChosen }: Omit<ColumnChooserProps, "label">) {
  const [search, setSearch] = useState("");
  const ids = useMemo(() => chosen.map((one) => one.id), [chosen]);
  const found = useMemo(() => keys.filter(matches(search)), [keys, search]);
  const toggle = (id: string, on: boolean) => onChosen(on ? [...ids, id] : ids.filter((one) => one !== id));
  return (
    <>
      <SearchInput label={texts.searchColumns} value={search} onValue={setSearch} />
      <span className="soft" role="status">
        {texts.table.columnsFound(found.length, ids.length)}
      </span>
      <ChoiceList found={found} chosen={ids} onToggle={toggle} />
      <Button size="small" className="at-start" onClick={() => onChosen(undefined)}>
        {texts.automaticColumns}
      </Button>
    </>
  );
}

interface ChoiceListProps {
  found: Choice[];
  chosen: string[];
  onToggle: (id: string, on: boolean) => void;
}

/** Of ten thousand keys only those in sight are in the page. */
function ChoiceList({ found, chosen, onToggle }: ChoiceListProps) {
  const box = useRef<HTMLDivElement>(null);
  const on = useMemo(() => new Set(chosen), [chosen]);
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <div className="chooser-list" ref={box}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const one = found[index];
          return (
            one && (
              <li
                key={one.id}
                aria-posinset={index + 1}
                aria-setsize={found.length}
                style={{ transform: `translateY(${start}px)`, height: ROW }}
              >
                <label title={one.key}>
                  <input
                    type="checkbox"
                    checked={on.has(one.id)}
                    onChange={(event) => onToggle(one.id, event.target.checked)}
                  />
                  <span className="cut">{one.key}</span> <span className="soft">({one.kind})</span>
                </label>
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function matches(search: string): (one: Choice) => boolean {
  const wanted = search.toLowerCase();
  return wanted ? (one) => one.id.toLowerCase().includes(wanted) : () => true;
}
