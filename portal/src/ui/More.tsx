import { Button } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import { texts } from "../lib/texts";
import { useSeen } from "./useSeen";

/** What of TanStack's endless queries this needs. */
interface Endless {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
  data?: { pages: unknown[] };
}

/** The way to what comes next in a list, which goes by itself when it comes into sight. */
export function More({ of }: { of: Endless }) {
  if (!of.hasNextPage) return null;
  return <Next key={of.data?.pages.length} of={of} />;
}

function Next({ of }: { of: Endless }) {
  const button = useRef<HTMLButtonElement>(null);
  const seen = useSeen(button);
  const { fetchNextPage, isFetchNextPageError } = of;
  // Once only: what went wrong is asked for again by whoever presses the button.
  useEffect(() => {
    if (seen && !isFetchNextPageError) fetchNextPage();
  }, [seen]);
  return (
    <Button ref={button} disabled={of.isFetchingNextPage} onClick={() => fetchNextPage()}>
      {texts.more}
    </Button>
  );
}
