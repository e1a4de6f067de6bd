import { type ReactNode, useId } from "react";

interface PartProps {
  title: string;
  /** What stands beside the title. */
  aside?: ReactNode;
  /** Without a frame, for what has its own, such as a table. */
  bare?: boolean;
  children: ReactNode;
}

/** A part of a page with a title of its own. */
export function Part({ title, aside, bare = false, children }: PartProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="part">
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {aside && <div className="acts">{aside}</div>}
      </div>
      {bare ? children : <div className="job part-body">{children}</div>}
    </section>
  );
}
