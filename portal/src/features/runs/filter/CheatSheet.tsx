import { Button, Popover, PopoverSurface, PopoverTrigger } from "@fluentui/react-components";
import { texts } from "../../../lib/texts";

const examples: readonly [filter: string, meaning: string][] = [
  ["metrics.loss < 0.2", texts.table.sheet.metric],
  ["params.model = 'cnn'", texts.table.sheet.param],
  ["tags.team ILIKE '%vision%'", texts.table.sheet.like],
  ["tags.`data set` IS NULL", texts.table.sheet.quotes],
  ["status != 'FAILED'", texts.table.sheet.attribute],
  ["start_time > 1735689600000", texts.table.sheet.time],
  ["run_id IN ('…', '…')", texts.table.sheet.list],
  ["datasets.name = 'mnist'", texts.table.sheet.dataset],
  ["metrics.f1 > 0.9 AND (params.lr = '0.1' OR NOT tags.old = 'yes')", texts.table.sheet.joined],
];

/** The filter language on a page. */
export function CheatSheet() {
  return (
    <Popover positioning={{ position: "below", align: "end", autoSize: true }} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button aria-label={texts.table.filterHelp} title={texts.table.filterHelp} className="square">
          ?
        </Button>
      </PopoverTrigger>
      <PopoverSurface className="sheet" aria-label={texts.table.filterHelp} tabIndex={-1}>
        <h2>{texts.table.filterHelp}</h2>
        <dl>
          {examples.map(([filter, meaning]) => (
            <div key={filter}>
              <dt>
                <code>{filter}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p className="soft">{texts.table.sheet.keys}</p>
      </PopoverSurface>
    </Popover>
  );
}
