import { Input } from "@fluentui/react-components";

interface SearchInputProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
}

/** A box whose words narrow down what is shown beside it. */
export function SearchInput({ label, value, onValue }: SearchInputProps) {
  return (
    <Input
      type="search"
      className="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(_, { value: typed }) => onValue(typed)}
    />
  );
}
