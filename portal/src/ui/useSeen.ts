import { type RefObject, useEffect, useState } from "react";

/** Whether an element was in sight, or nearly. */
export function useSeen(box: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!box.current || seen) return;
    const look = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), {
      rootMargin: "200px",
    });
    look.observe(box.current);
    return () => look.disconnect();
  }, [box, seen]);
  return seen;
}
