/**
 * All that the portal says, in the language of whoever looks.
 *
 * `speak` is called once, before anything that says something is loaded; another language means another load.
 */

import { keep, kept } from "../kept";
import { en, type Texts } from "./en";

export type Language = "en" | "ja";

const KEY = "lazward.language";

export let texts: Texts = en;
export let language: Language = "en";

/** Load the language that was chosen here, or else the first of the browser's that there is. */
export async function speak(): Promise<void> {
  language = chosen() ?? preferred();
  document.documentElement.lang = language;
  if (language === "ja") texts = (await import("./ja")).ja;
}

export function chooseLanguage(other: Language): void {
  keep(KEY, other);
  location.reload();
}

function chosen(): Language | undefined {
  return known(kept(KEY) ?? "");
}

function preferred(): Language {
  return navigator.languages.map(known).find((one) => one !== undefined) ?? "en";
}

function known(tag: string): Language | undefined {
  const [name] = tag.toLowerCase().split("-");
  return name === "en" || name === "ja" ? name : undefined;
}
