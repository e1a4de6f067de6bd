/** The column with which runs are selected. */

import type { ColumnDef } from "@tanstack/react-table";
import type { Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { nameOf } from "./run";

interface BoxProps {
  label: string;
  checked: boolean;
  partly?: boolean;
  onChange: (event: unknown) => void;
}

/** The browser's own box: there is one in each row, and Fluent's would be felt while scrolling. */
function Box({ label, checked, partly = false, onChange }: BoxProps) {
  return (
    <label className="select">
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        ref={(box) => {
          if (box) box.indeterminate = partly;
        }}
        onChange={onChange}
      />
    </label>
  );
}

export const select: ColumnDef<Run> = {
  id: "select",
  size: 48,
  enableSorting: false,
  header: ({ table }) => (
    <Box
      label={texts.selectLoaded}
      checked={table.getIsAllRowsSelected()}
      partly={table.getIsSomeRowsSelected()}
      onChange={table.getToggleAllRowsSelectedHandler()}
    />
  ),
  cell: ({ row }) => (
    <Box
      label={texts.selectRun(nameOf(row.original))}
      checked={row.getIsSelected()}
      onChange={row.getToggleSelectedHandler()}
    />
  ),
};
