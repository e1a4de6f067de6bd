import { Button } from "@fluentui/react-components";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Place } from "../../../api/errors";
import { texts } from "../../../lib/texts";
import { CheatSheet } from "./CheatSheet";
import type { Known } from "./complete";
import { FilterInput } from "./FilterInput";
import { MarkedText } from "./MarkedText";
import { partsOf } from "./parts";

/** What the server has against a filter. */
export interface Problem {
  message: string;
  place?: Place;
}

interface FilterBoxProps {
  filter: string;
  problem?: Problem;
  known: Known;
  onFilter: (filter: string) => void;
}

/** The filter language of MLflow, completed while it is typed; what the server has against it stands below. */
export function FilterBox({ filter, problem, known, onFilter }: FilterBoxProps) {
  const [text, setText] = useState(filter);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(filter), [filter]);
  const place = problem?.place;
  useEffect(() => {
    // Whoever has just typed it shall go on where it is wrong.
    if (!place || !input.current || document.activeElement !== input.current) return;
    const [before, wrong] = partsOf(filter, place);
    input.current.setSelectionRange(before.length, before.length + wrong.length);
  }, [place, filter]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onFilter(text.trim());
  };
  return (
    <form className="filter" onSubmit={apply} role="search">
      <div className="filter-field">
        <FilterInput
          input={input}
          text={text}
          known={known}
          wrong={problem !== undefined}
          describedBy={problem ? "filter-problem" : undefined}
          onText={setText}
        />
        {problem && (
          <div className="filter-problem" id="filter-problem" role="alert">
            {place && <MarkedText text={filter} place={place} />}
            <p>{problem.message}</p>
          </div>
        )}
      </div>
      <CheatSheet />
      <Button type="submit" appearance="primary">
        {texts.apply}
      </Button>
      {filter && <Button onClick={() => onFilter("")}>{texts.clear}</Button>}
    </form>
  );
}
