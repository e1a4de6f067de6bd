import { Button } from "@fluentui/react-components";
import { chooseLanguage, language, texts } from "../../lib/texts";

export function LanguageSwitch() {
  const other = language === "ja" ? "en" : "ja";
  return (
    <Button
      size="small"
      appearance="subtle"
      lang={other}
      title={texts.switchLanguage}
      onClick={() => chooseLanguage(other)}
    >
      {texts.otherLanguage}
    </Button>
  );
}
