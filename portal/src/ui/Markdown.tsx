import type { ReactNode } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

interface MarkdownProps {
  text: string;
  /** What stands in the place of a picture; its words where there is none. */
  picture?: (source: string, title: string) => ReactNode;
}

/** Markdown of whoever wrote it: markup in it is left out, links tell nobody where they come from. */
export function Markdown({ text, picture }: MarkdownProps) {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      skipHtml
      components={{
        a: ({ href, children }) => (
          <a className="link" href={href} target="_blank" rel="noopener noreferrer nofollow">
            {children}
          </a>
        ),
        img: ({ src, alt }) => <>{picture?.(String(src ?? ""), alt ?? "") ?? alt ?? ""}</>,
      }}
    >
      {text}
    </ReactMarkdown>
  );
}
