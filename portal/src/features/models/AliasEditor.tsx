import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Alias, deleteAlias, setAlias } from "../../api/registry";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { Chip } from "../../ui/Chip";
import { Failure } from "../../ui/Failure";
import { TextField } from "../../ui/fields";
import { VersionLink } from "./links";
import { REGISTRY_CHANGES } from "./queries";

interface AliasEditorProps {
  name: string;
  aliases: Alias[];
  /** The only version that is meant; else it is asked for. */
  version?: string;
  /** Versions that may be meant. */
  versions?: string[];
  mayWrite: boolean;
}

/** The aliases of a model, or of one version of it. */
export function AliasEditor({ name, aliases, version, versions, mayWrite }: AliasEditorProps) {
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: (alias: string) => deleteAlias(name, alias),
    onSettled: () => Promise.all(REGISTRY_CHANGES.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <section aria-labelledby="aliases">
      <div className="section-head">
        <h2 id="aliases">{texts.models.aliases}</h2>
        {mayWrite && <SetAlias name={name} version={version} versions={versions} />}
      </div>
      <Failure error={removal.error} />
      {aliases.length === 0 && <p className="soft">{texts.models.noAliases}</p>}
      <ul className="chips">
        {aliases.map(({ alias, version: pointed }) => (
          <Chip
            key={alias}
            title={alias}
            removal={texts.models.removeAlias(alias)}
            busy={removal.isPending}
            onRemove={mayWrite ? () => removal.mutate(alias) : undefined}
          >
            @{alias}
            {!version && (
              <>
                {" → "}
                <VersionLink name={name} version={pointed}>
                  {texts.models.pointsAt(pointed)}
                </VersionLink>
              </>
            )}
          </Chip>
        ))}
      </ul>
    </section>
  );
}

function SetAlias({ name, version, versions }: Pick<AliasEditorProps, "name" | "version" | "versions">) {
  const [alias, setName] = useState("");
  const [chosen, setChosen] = useState("");
  const pointed = version ?? chosen.trim();
  return (
    <ActButton
      label={texts.models.setAlias}
      title={texts.models.setAlias}
      act={() => setAlias(name, alias.trim(), pointed)}
      changes={REGISTRY_CHANGES}
      unready={!alias.trim() || !pointed}
      onOpen={() => {
        setName("");
        setChosen(versions?.[0] ?? "");
      }}
    >
      <TextField label={texts.models.alias} value={alias} onValue={setName} hint={texts.models.aliasHint} required />
      {!version && (
        <TextField label={texts.models.version} value={chosen} onValue={setChosen} choices={versions} required />
      )}
    </ActButton>
  );
}
