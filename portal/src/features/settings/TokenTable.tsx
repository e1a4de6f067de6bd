import { revokeToken, type Token } from "../../api/administration";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { useMe } from "../workspaces/queries";
import { useMay } from "../workspaces/rights";

const kinds: Record<string, string> = texts.settings.tokenKinds;

interface TokenTableProps {
  tokens: Token[];
  /** Whether they may be anybody's. */
  anybodys: boolean;
}

export function TokenTable({ tokens, anybodys }: TokenTableProps) {
  const mayRevoke = useMay(anybodys ? "server:user-write" : "own-credential");
  const heads = [
    texts.name,
    ...(anybodys ? [texts.user] : []),
    texts.settings.limitedTo,
    texts.created,
    texts.settings.lastUsed,
    texts.settings.expires,
  ];
  return (
    <Scroll label={texts.settings.tokens}>
      <table className="table">
        <TableHead heads={heads} unnamed />
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <Named token={token} />
              {anybodys && <td className="name">{token.user}</td>}
              <td className="name">{limits(token)}</td>
              <td className="time">{formatTime(token.created_at, true)}</td>
              <td className="time">
                {token.last_used_at ? formatTime(token.last_used_at, true) : texts.settings.never}
              </td>
              <td className="time">{token.expires_at ? formatTime(token.expires_at, true) : texts.settings.never}</td>
              <td>
                <div className="acts">{mayRevoke && <Revoke token={token} anybodys={anybodys} />}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Named({ token }: { token: Token }) {
  const own = useMe().data?.token?.id === token.id;
  return (
    <th scope="row" className="name">
      {token.name}
      <div className="soft">
        {kinds[token.kind] ?? token.kind} · {token.hint}…{own && ` · ${texts.settings.thisBrowser}`}
      </div>
    </th>
  );
}

function limits({ workspace, permissions }: Token): string {
  if (!workspace && !permissions) return texts.settings.notLimited;
  return [workspace, permissions && texts.settings.permissions(permissions.length)].filter(Boolean).join(", ");
}

function Revoke({ token, anybodys }: { token: Token; anybodys: boolean }) {
  return (
    <ActButton
      label={texts.settings.revoke}
      of={token.name}
      title={texts.settings.revokeSure(token.name)}
      act={() => revokeToken(token.id, anybodys)}
      changes={[["tokens"]]}
    >
      <p>{texts.settings.revokeWhat}</p>
    </ActButton>
  );
}
