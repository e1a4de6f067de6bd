import { texts } from "../../lib/texts";
import { useAway } from "../../live/connection";

/** Tells that the server does not answer, as long as that is so. */
export function AwayBar() {
  const away = useAway();
  return (
    <div role="status" className={away ? "away" : undefined}>
      {away ? texts.away : null}
    </div>
  );
}
