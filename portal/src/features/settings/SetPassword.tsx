import { useState } from "react";
import { updateUser, type User } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { PasswordField } from "./PasswordField";
import { SHORTEST } from "./password";

/** Gives a person another password; service accounts have none. */
export function SetPassword({ user }: { user: User }) {
  const [password, setPassword] = useState("");
  if (user.kind !== "person") return null;
  return (
    <ActButton
      label={texts.settings.setPassword}
      of={user.name}
      verb={texts.settings.save}
      title={texts.settings.passwordOf(user.name)}
      act={() => updateUser(user.name, { password })}
      unready={password.length < SHORTEST}
      onOpen={() => setPassword("")}
    >
      <p className="soft">{texts.settings.passwordSignsOut}</p>
      <PasswordField value={password} onValue={setPassword} />
    </ActButton>
  );
}
