import { Button } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { Icon } from "../../ui/Icon";
import { SearchInput } from "../../ui/SearchInput";
import type { LogSearch } from "./useLogSearch";

interface LogSearchBoxProps {
  search: LogSearch;
  value: string;
  onValue: (text: string) => void;
  onStep: (way: 1 | -1) => void;
}

/** Looks for a text; Enter leads to the next place, with Shift to the one before. */
export function LogSearchBox({ search, value, onValue, onStep }: LogSearchBoxProps) {
  const none = search.offsets.length === 0;
  return (
    <search
      className="log-search"
      onKeyDown={(event) => {
        if (event.key === "Enter" && !none && event.target instanceof HTMLInputElement) onStep(event.shiftKey ? -1 : 1);
      }}
    >
      <SearchInput label={texts.runPage.searchLog} value={value} onValue={onValue} />
      <Button
        appearance="subtle"
        icon={<Icon name="up" />}
        aria-label={texts.runPage.previous}
        disabledFocusable={none}
        onClick={() => onStep(-1)}
      />
      <Button
        appearance="subtle"
        icon={<Icon name="down" />}
        aria-label={texts.runPage.next}
        disabledFocusable={none}
        onClick={() => onStep(1)}
      />
      <span className="soft" role="status">
        {value && texts.runPage.found(search.at + 1, search.count, search.searching)}
      </span>
    </search>
  );
}
