import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { formatBytes } from "../../../lib/format";
import { texts } from "../../../lib/texts";
import { pages } from "../../../lib/urls";
import { useSeen } from "../../../ui/useSeen";
import { filesOfRun } from "../../artifacts/files";
import type { Compared } from "../compared";
import { Swatch } from "../Swatch";

interface FileOfRunProps {
  of: Compared;
  path: string;
  size: number;
  children: ReactNode;
}

/** A run's file below the run's name; it is loaded once it comes into sight. */
export function FileOfRun({ of, path, size, children }: FileOfRunProps) {
  const box = useRef<HTMLElement>(null);
  const seen = useSeen(box);
  const params = { experimentId: of.run.info.experiment_id, runId: of.id };
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        <Swatch of={of} />
        <Link className="link cut" to={pages.run} params={params} search={{ tab: "artifacts", path }} title={of.name}>
          {of.name}
        </Link>
        <a
          className="link"
          href={filesOfRun(of.id).url(path)}
          download
          aria-label={texts.comparing.downloadOf(of.name)}
        >
          {formatBytes(size)}
        </a>
      </figcaption>
      {seen && children}
    </figure>
  );
}
