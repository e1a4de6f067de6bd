import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger } from "@fluentui/react-components";
import { useState } from "react";
import { texts } from "../../lib/texts";
import type { KeyColumn } from "./view";
import { SearchInput } from "../../ui/SearchInput";

/** With thousands of keys, only these are listed at once; the search finds the others. */
const LISTED = 200;

interface ColumnChooserProps {
  label?: string;
  keys: KeyColumn[];
  chosen: KeyColumn[];
  onChosen: (columns: string[] | undefined) => void;
}

/** Which params, metrics and tags have a column. */
export function ColumnChooser({ label = texts.columns, keys, chosen, onChosen }: ColumnChooserProps) {
  const [search, setSearch] = useState("");
  const ids = chosen.map((one) => one.id);
  const wanted = search.toLowerCase();
  const found = keys.filter((one) => one.id.toLowerCase().includes(wanted)).slice(0, LISTED);
  const toggle = (id: string, on: boolean) => onChosen(on ? [...ids, id] : ids.filter((one) => one !== id));
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button>{label}</Button>
      </PopoverTrigger>
      <PopoverSurface className="chooser" aria-label={label}>
        <SearchInput label={texts.searchColumns} value={search} onValue={setSearch} />
        <ul className="chooser-list">
          {found.map(({ id, kind, key }) => (
            <li key={id}>
              <Checkbox
                checked={ids.includes(id)}
                label={`${key} (${kind})`}
                onChange={(_, { checked }) => toggle(id, checked === true)}
              />
            </li>
          ))}
        </ul>
        <Button size="small" onClick={() => onChosen(undefined)}>
          {texts.automaticColumns}
        </Button>
      </PopoverSurface>
    </Popover>
  );
}
