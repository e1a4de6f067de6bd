import { Switch } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { CreateTokenButton } from "../../features/settings/CreateTokenButton";
import { useTokens } from "../../features/settings/queries";
import { ShownToken } from "../../features/settings/ShownToken";
import { TokenTable } from "../../features/settings/TokenTable";
import type { TokensView } from "../../features/settings/views";
import { useMay } from "../../features/workspaces/rights";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Part } from "../../ui/Part";

/** One's own tokens; for administrators also everybody's, or those of somebody whom the address names. */
export function TokensPage() {
  const view = useSearch({ from: pages.tokens });
  const navigate = useNavigate();
  const mayRead = useMay("server:user-read");
  const [token, setToken] = useState<string>();
  const { user, all } = mayRead ? view : ({} as TokensView);
  const everybodys = all === "yes";
  return (
    <Part
      title={user ? texts.settings.tokensOf(user) : everybodys ? texts.settings.allTokens : texts.settings.ownTokens}
      aside={!everybodys && <CreateTokenButton key={user} user={user} onToken={setToken} />}
      bare
    >
      {mayRead && (
        <Switch
          label={texts.settings.everybodys}
          checked={everybodys}
          onChange={(_, { checked }) =>
            void navigate({ to: pages.tokens, search: checked ? { all: "yes" } : {}, replace: true })
          }
        />
      )}
      <List whose={{ user, all: everybodys }} />
      {token && <ShownToken token={token} onDone={() => setToken(undefined)} />}
    </Part>
  );
}

function List({ whose }: { whose: { user?: string; all: boolean } }) {
  const { data, error, refetch } = useTokens(whose);
  return (
    <>
      <Failure error={error} again={() => void refetch()} />
      {!data && !error && <Loading />}
      {data && data.length > 0 && <TokenTable tokens={data} anybodys={whose.all || whose.user !== undefined} />}
      {data?.length === 0 && <p className="soft">{texts.settings.noTokens}</p>}
    </>
  );
}
