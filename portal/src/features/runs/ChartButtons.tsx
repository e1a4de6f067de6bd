import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { savePng } from "../../charts/download";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Icon } from "../../ui/Icon";
import { saveCsv } from "./csv";

interface ChartButtonsProps {
  runId: string;
  metricKey: string;
  pinned: boolean;
  onPin: (key: string) => void;
  /** Absent where the chart is as large as it gets. */
  onEnlarge?: (key: string) => void;
  canvas: () => HTMLCanvasElement | null;
}

/** What can be done with a chart. */
export function ChartButtons({ runId, metricKey: key, pinned, onPin, onEnlarge, canvas }: ChartButtonsProps) {
  const csv = useMutation({ mutationFn: () => saveCsv(runId, key) });
  const png = () => {
    const drawn = canvas();
    if (drawn) void savePng(drawn, key);
  };
  return (
    <span className="chart-buttons">
      <Button
        size="small"
        appearance="subtle"
        icon={<Icon name="pin" />}
        aria-label={pinned ? texts.runPage.unpin(key) : texts.runPage.pin(key)}
        className={pinned ? "pinned" : undefined}
        onClick={() => onPin(key)}
      />
      {onEnlarge && (
        <Button
          size="small"
          appearance="subtle"
          icon={<Icon name="expand" />}
          aria-label={texts.runPage.enlarge(key)}
          onClick={() => onEnlarge(key)}
        />
      )}
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            appearance="subtle"
            icon={<Icon name="more" />}
            disabled={csv.isPending}
            aria-label={texts.runPage.moreOf(key)}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem onClick={png}>{texts.runPage.asPng}</MenuItem>
            <MenuItem onClick={() => csv.mutate()}>{texts.runPage.asCsv}</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Failure error={csv.error} />
    </span>
  );
}
