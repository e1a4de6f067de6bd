import { Link, type LinkProps } from "@tanstack/react-router";

/** What a page is part of. */
export function Crumbs({ steps }: { steps: readonly (readonly [name: string, link: LinkProps])[] }) {
  return (
    <nav aria-label="Breadcrumb" className="crumbs">
      <ol>
        {steps.map(([name, link]) => (
          <li key={name}>
            <Link {...link} className="link cut">
              {name}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
