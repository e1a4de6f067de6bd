/** Hand a file to the browser. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, "_").slice(0, 200);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
