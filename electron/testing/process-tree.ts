import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

/** The living processes under `root`, and itself, as /proc tells them; parents before their children. */
export function processTree(root: number): RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== undefined);
  const tree = all.filter((process) => process.pid === root);
  for (const { pid } of tree) tree.push(...all.filter((process) => process.parent === pid && process.pid !== root));
  return tree;
}

export function isRunning(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** undefined where it is gone, or dead and not yet reaped. */
function readProcess(pid: number): RunningProcess | undefined {
  try {
    // Its second field, the name in brackets, may hold anything (proc(5)).
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (state === 'Z' || state === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/);
    return { pid, parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
