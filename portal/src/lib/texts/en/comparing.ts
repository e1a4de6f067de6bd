/** What comparing runs says beyond its first parts. */

export const comparing = {
  contour: "Contour",
  height: "Height",
  noSurface: "Three runs or more that do not stand in a line are needed for a surface.",
  downloadCsv: "Download as CSV",
  chooseFile: "Choose a file to see it in all runs that have it.",
  inRuns: (count: number) => `${count} ${count === 1 ? "run" : "runs"}`,
  lacking: (names: string) => `Not in ${names}`,
  textHint: "+ marks lines that the first run does not have, − lines that only the first run has.",
  same: "Same as in the first run.",
  downloadOf: (name: string) => `Download the file of ${name}`,
};
