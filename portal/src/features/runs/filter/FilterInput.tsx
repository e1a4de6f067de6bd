import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { texts } from "../../../lib/texts";
import { accept, type Completion, complete, type Known, type Suggestion } from "./complete";

interface FilterInputProps {
  input: RefObject<HTMLInputElement | null>;
  text: string;
  known: Known;
  wrong: boolean;
  describedBy?: string;
  onText: (text: string) => void;
}

const NOTHING: Completion = { suggestions: [], from: 0, to: 0 };

/** A text box with a list of what could come next, by the pattern of a combobox. */
export function FilterInput({ input, text, known, wrong, describedBy, onText }: FilterInputProps) {
  const list = useId();
  const [found, setFound] = useState<Completion>(NOTHING);
  const [active, setActive] = useState(-1);
  const caret = useRef<number | null>(null);
  const { suggestions } = found;
  const open = suggestions.length > 0;
  const close = () => {
    setFound(NOTHING);
    setActive(-1);
  };
  const look = (value: string, at: number) => {
    setFound(complete(value, at, known));
    setActive(-1);
  };
  const take = (chosen: Suggestion) => {
    const after = accept(text, found, chosen);
    caret.current = after.caret;
    onText(after.text);
    look(after.text, after.caret);
  };
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const move = (step: number) => {
    const count = suggestions.length;
    setActive((now) => (now < 0 && step < 0 ? count - 1 : (now + step + count) % count));
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = suggestions[active];
    if (event.key === "ArrowDown" && !open) look(text, event.currentTarget.selectionStart ?? text.length);
    else if (open && event.key === "ArrowDown") move(1);
    else if (open && event.key === "ArrowUp") move(-1);
    else if (open && event.key === "Escape") close();
    else if (chosen && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))) take(chosen);
    else {
      if (event.key === "Enter") close();
      return;
    }
    event.preventDefault();
  };
  return (
    <div className="combo">
      <input
        ref={input}
        className={wrong ? "wrong" : ""}
        role="combobox"
        aria-label={texts.filter}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={list}
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-invalid={wrong}
        aria-describedby={describedBy}
        placeholder={texts.filterHint}
        value={text}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={({ target }) => {
          onText(target.value);
          look(target.value, target.selectionStart ?? target.value.length);
        }}
        onKeyDown={pressed}
        onBlur={close}
      />
      <Options id={list} suggestions={suggestions} active={active} onTake={take} />
    </div>
  );
}

interface OptionsProps {
  id: string;
  suggestions: Suggestion[];
  active: number;
  onTake: (chosen: Suggestion) => void;
}

function Options({ id, suggestions, active, onTake }: OptionsProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div
      id={id}
      ref={list}
      className="options"
      role="listbox"
      aria-label={texts.table.suggestions}
      hidden={suggestions.length === 0}
    >
      {suggestions.map((one, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box, in which the focus stays
        <div
          key={`${one.what} ${one.insert}`}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(one)}
        >
          <code className="cut">{one.label}</code>
          <span className="soft">{texts.table.kinds[one.what]}</span>
        </div>
      ))}
    </div>
  );
}
