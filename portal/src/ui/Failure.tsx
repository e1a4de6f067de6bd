import { Button } from "@fluentui/react-components";
import { ApiError, Unreachable } from "../api/errors";
import { texts } from "../lib/texts";

interface FailureProps {
  error: unknown;
  again?: () => void;
}

/** Why something cannot be shown. That the server is away is told at the top of the frame already. */
export function Failure({ error, again }: FailureProps) {
  if (!error || error instanceof Unreachable) return null;
  return (
    <div className="failure" role="alert">
      <p>{messageOf(error)}</p>
      {again && (
        <Button size="small" onClick={again}>
          {texts.again}
        </Button>
      )}
    </div>
  );
}

export function messageOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return texts.failed;
}
