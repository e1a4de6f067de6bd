import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { texts } from "../../lib/texts";
import { TextField } from "../../ui/fields";
import { generated, SHORTEST } from "./password";

interface PasswordFieldProps {
  value: string;
  onValue: (value: string) => void;
  hint?: string;
}

/** A password for somebody else; one that is made here is shown, so that it can be told them. */
export function PasswordField({ value, onValue, hint }: PasswordFieldProps) {
  const [made, setMade] = useState("");
  const make = () => {
    const password = generated();
    setMade(password);
    onValue(password);
  };
  return (
    <>
      <TextField
        label={texts.settings.password}
        type={value !== "" && value === made ? "text" : "password"}
        hint={hint}
        value={value}
        onValue={onValue}
        problem={value !== "" && value.length < SHORTEST ? texts.settings.passwordShort(SHORTEST) : undefined}
      />
      <div>
        <Button size="small" onClick={make}>
          {texts.settings.generate}
        </Button>
      </div>
    </>
  );
}
