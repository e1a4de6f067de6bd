import { texts } from "../../lib/texts";
import { TextField } from "../../ui/fields";
import { read } from "./tags";

interface TagsFieldProps {
  value: string;
  onValue: (value: string) => void;
}

export function TagsField({ value, onValue }: TagsFieldProps) {
  return (
    <TextField
      label={texts.tags}
      hint={texts.settings.tagsHint}
      lines={3}
      value={value}
      onValue={onValue}
      problem={read(value) ? undefined : texts.settings.tagsWrong}
    />
  );
}

/** Tags, a line each. */
export function TagLines({ tags }: { tags: Record<string, string> }) {
  const there = Object.entries(tags);
  if (there.length === 0) return texts.nothing;
  return (
    <ul>
      {there.map(([key, value]) => (
        <li key={key} className="break">
          {key}={value}
        </li>
      ))}
    </ul>
  );
}
