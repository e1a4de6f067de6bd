/** Light and dark: the system's choice, until somebody chooses here. */

import { type BrandVariants, createDarkTheme, createLightTheme } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";
import { keep, kept } from "../lib/kept";

export type ThemeName = "light" | "dark";

const KEY = "lazward.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

/** Shades of lapis lazuli, from which Fluent makes its themes. */
const lapis: BrandVariants = {
  10: "#04081a",
  20: "#0b1638",
  30: "#0f2158",
  40: "#132b74",
  50: "#173690",
  60: "#1b41a4",
  70: "#2450b8",
  80: "#1f4fb8",
  90: "#3a66c9",
  100: "#5f86e0",
  110: "#7c9dea",
  120: "#92b0f0",
  130: "#a9c1f5",
  140: "#c0d2f8",
  150: "#d8e3fb",
  160: "#edf2fe",
};

const dark = createDarkTheme(lapis);

export const themes = {
  light: createLightTheme(lapis),
  dark: { ...dark, colorBrandForeground1: lapis[120], colorBrandForeground2: lapis[130] },
};

export function useTheme(): ThemeName {
  return useSyncExternalStore(subscribe, current);
}

export function choose(theme: ThemeName): void {
  keep(KEY, theme);
  for (const changed of listeners) changed();
}

function current(): ThemeName {
  const chosen = kept(KEY);
  return chosen === "light" || chosen === "dark" ? chosen : system.matches ? "dark" : "light";
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  system.addEventListener("change", changed);
  return () => {
    listeners.delete(changed);
    system.removeEventListener("change", changed);
  };
}
