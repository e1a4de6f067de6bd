import type { comparing as english } from "../en/comparing";

export const comparing: typeof english = {
  contour: "等高線",
  height: "高さ",
  noSurface: "面を描くには、一直線上に並ばない 3 件以上のランが必要です。",
  downloadCsv: "CSV をダウンロード",
  chooseFile: "ファイルを選択すると、そのファイルを持つすべてのランの内容が並びます。",
  inRuns: (count) => `${count} 件のラン`,
  lacking: (names) => `このファイルがないラン: ${names}`,
  textHint: "+ は最初のランにない行、− は最初のランだけにある行です。",
  same: "最初のランと同じ内容です。",
  downloadOf: (name) => `${name} のファイルをダウンロード`,
};
