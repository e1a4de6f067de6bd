import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover } from "@fluentui/react-components";
import { texts } from "../../../lib/texts";
import { groupColumn } from "../view";
import type { Column } from "./columns";

export interface ColumnSteps {
  sort: (descending: boolean) => void;
  /** Undefined where there is no such neighbour. */
  left?: () => void;
  right?: () => void;
  pin: () => void;
  resize: (by: number) => void;
  group: () => void;
  hide: () => void;
}

interface ColumnMenuProps {
  column: Column;
  button: HTMLElement;
  pinned: boolean;
  grouped: boolean;
  steps: ColumnSteps;
  onClose: () => void;
}

const STEP = 40;

/** All that can be done with a column. One menu serves all heads, as there may be hundreds. */
export function ColumnMenu({ column, button, pinned, grouped, steps, onClose }: ColumnMenuProps) {
  const close = () => {
    onClose();
    button.focus();
  };
  return (
    <Menu open onOpenChange={(_, { open }) => !open && close()} positioning={{ target: button, position: "below" }}>
      <MenuPopover>
        <MenuList aria-label={texts.table.columnMenu(column.name)}>
          {column.sortable && <MenuItem onClick={() => steps.sort(false)}>{texts.table.sortUp}</MenuItem>}
          {column.sortable && <MenuItem onClick={() => steps.sort(true)}>{texts.table.sortDown}</MenuItem>}
          {column.sortable && <MenuDivider />}
          <MenuItem disabled={!steps.left} onClick={steps.left}>
            {texts.table.moveLeft}
          </MenuItem>
          <MenuItem disabled={!steps.right} onClick={steps.right}>
            {texts.table.moveRight}
          </MenuItem>
          <MenuItem onClick={steps.pin}>{pinned ? texts.table.unpin : texts.table.pin}</MenuItem>
          <MenuItem persistOnClick onClick={() => steps.resize(STEP)}>
            {texts.table.wider}
          </MenuItem>
          <MenuItem persistOnClick onClick={() => steps.resize(-STEP)}>
            {texts.table.narrower}
          </MenuItem>
          {groupColumn(column.id) && (
            <MenuItem onClick={steps.group}>{grouped ? texts.table.ungroup : texts.table.groupByThis}</MenuItem>
          )}
          {column.id !== "run_name" && <MenuItem onClick={steps.hide}>{texts.table.hide}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
