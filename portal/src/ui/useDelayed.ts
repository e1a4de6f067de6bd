import { useEffect, useState } from "react";

/** The value as it was when it last rested for a moment: who types shall not cause a request per letter. */
export function useDelayed<Value>(value: Value, milliseconds = 250): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
