import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { MOST } from "../compare/view";

interface SelectionProps {
  experimentId: string;
  ids: string[];
  onClear: () => void;
}

/** How many runs are selected, and what can be done with them. */
export function Selection({ experimentId, ids, onClear }: SelectionProps) {
  const navigate = useNavigate();
  const compare = () => void navigate({ to: pages.compare, params: { experimentId }, search: { runs: ids } });
  return (
    <div className="selection">
      <Button disabled={ids.length < 2 || ids.length > MOST} onClick={compare}>
        {texts.compare}
      </Button>
      <span className="soft" role="status">
        {ids.length > 0 && texts.selected(ids.length)} {ids.length > MOST && texts.compareMost(MOST)}
      </span>
      {ids.length > 0 && (
        <Button appearance="subtle" size="small" onClick={onClear}>
          {texts.unselect}
        </Button>
      )}
    </div>
  );
}
