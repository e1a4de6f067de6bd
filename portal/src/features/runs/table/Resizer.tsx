import { type PointerEvent, useRef } from "react";

interface ResizerProps {
  width: number;
  onWidth: (width: number, over: boolean) => void;
}

/** The right edge of a column's head, which is dragged; the column's menu does the same from the keyboard. */
export function Resizer({ width, onWidth }: ResizerProps) {
  const began = useRef<{ x: number; width: number } | null>(null);
  const begin = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    began.current = { x: event.clientX, width };
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    if (began.current) onWidth(began.current.width + event.clientX - began.current.x, false);
  };
  const end = (event: PointerEvent<HTMLElement>) => {
    if (began.current) onWidth(began.current.width + event.clientX - began.current.x, true);
    began.current = null;
  };
  return (
    <span
      className="resizer"
      aria-hidden="true"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
