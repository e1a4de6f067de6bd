import { type ReactNode, useEffect } from "react";
import { texts } from "../lib/texts";

interface PageProps {
  title: string;
  /** What the browser's tab says, where that differs. */
  tab?: string;
  above?: ReactNode;
  aside?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A page: its heading, what stands beside that, and what is below. */
export function Page({ title, tab, above, aside, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${tab ?? title} - ${texts.product}`;
  }, [title, tab]);
  return (
    <div className={wide ? "page wide" : "page"}>
      {above}
      <div className="page-head">
        <h1>{title}</h1>
        {aside}
      </div>
      {children}
    </div>
  );
}
