import { Button } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { choose, useTheme } from "../../ui/theme";

export function ThemeSwitch() {
  const other = useTheme() === "dark" ? "light" : "dark";
  const name = other === "dark" ? texts.toDark : texts.toLight;
  return (
    <Button
      size="small"
      appearance="subtle"
      className="theme-switch"
      title={texts.switchTheme(other)}
      aria-label={texts.switchTheme(other)}
      onClick={() => choose(other)}
      icon={<span className={`icon-${other}`} aria-hidden="true" />}
    >
      <span className="narrow-hidden">{name}</span>
    </Button>
  );
}
