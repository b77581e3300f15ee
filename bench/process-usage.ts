import { readFileSync } from 'node:fs';

/** Clock ticks a second on Linux (`getconf CLK_TCK`). */
const TICKS = 100;
const PAGE_BYTES = 4096;

/** What a process has used so far. Linux only. @throws where it does not run. */
export function processUsage(pid: number): { readonly cpuSeconds: number; readonly rssBytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rssPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, rssBytes: rssPages * PAGE_BYTES };
}
