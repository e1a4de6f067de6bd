interface BoxProps {
  label: string;
  checked: boolean;
  partly?: boolean;
  onChange: (checked: boolean, range: boolean) => void;
}

/** The browser's own box: there is one in each row, and Fluent's would be felt while scrolling. */
export function Box({ label, checked, partly = false, onChange }: BoxProps) {
  return (
    <label className="select">
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        ref={(box) => {
          if (box) box.indeterminate = partly;
        }}
        onChange={(event) => onChange(event.target.checked, (event.nativeEvent as MouseEvent).shiftKey === true)}
      />
    </label>
  );
}
