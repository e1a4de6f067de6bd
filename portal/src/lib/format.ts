/** How times, lengths of time, numbers and sizes are written. */

import { language } from "./texts";

const moment = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" });
const units = ["B", "kB", "MB", "GB", "TB"];

export function formatTime(at: number | null | undefined, brief = false): string {
  if (at === null || at === undefined || Math.abs(at) > 8.64e15) return "–";
  return (brief ? short : moment).format(at);
}

export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(4) : String(Number(value.toPrecision(6)));
}

export function formatBytes(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** The browser's own way of writing dates, where it belongs to the language that is shown. */
function locale(): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}
