import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Bench } from '../main.ts';
import { processUsage } from '../process-usage.ts';
import { percentile } from '../record.ts';
import { startInflux } from './influx-server.ts';
import { startNodeRedStack } from './node-red-stack.ts';
import type { Stack } from './stack.ts';
import { startLoad } from './start-load.ts';
import { startTelegrafStack } from './telegraf-stack.ts';
import { startYiping, startYipingOnInflux } from './yiping-stack.ts';

/** How long what was acknowledged may take to be readable. */
const PATIENCE_MS = 120_000;

interface Round {
  readonly acknowledgedPerSecond: number;
  readonly storedPerSecond: number;
  readonly cpuSecondsPerMillion: number;
}

/**
 * `-- ingest --rounds 5 --messages 200000`: each round starts every stack anew, one after another, and takes the time from
 * the first publish until all can be read back.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '5' }, messages: { type: 'string', default: '200000' } },
  });
  const messages = Number(values.messages);
  const influx = await startInflux();
  const stacks: Record<string, () => Promise<Stack>> = {
    yiping: () => startYiping('Yiping, embedded store'),
    yipingOnInflux: () => startYipingOnInflux(influx),
    telegraf: () => startTelegrafStack(influx),
    nodeRed: () => startNodeRedStack(influx),
  };
  const rounds: Record<string, Round[]> = {};
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, start] of Object.entries(stacks)) {
      const stack = await start();
      const measured = await measure(stack, messagesFor(name, messages));
      await stack.stop();
      rounds[name] = [...(rounds[name] ?? []), measured];
      console.log(round, stack.name, JSON.stringify(measured));
    }
  }
  const crash: Record<string, Crash> = {};
  for (const [name, start] of Object.entries(stacks)) {
    const stack = await start();
    crash[name] = await crashOnTheWay(stack, messagesFor(name, messages));
    await stack.stop();
    console.log(stack.name, JSON.stringify(crash[name]));
  }
  await influx.stop();
  return { messages, ...summary(rounds), crash };
};

/** Node-RED gets a tenth: it stores some hundreds a second, and its rate is the same. */
function messagesFor(name: string, messages: number): number {
  return name === 'nodeRed' ? Math.round(messages / 10) : messages;
}

async function measure(stack: Stack, messages: number): Promise<Round> {
  const load = await startLoad({ port: stack.mqttPort, messages });
  const before = cpu(stack);
  const started = performance.now();
  const { seconds } = await load.run();
  await untilCounted(stack, messages);
  const stored = (performance.now() - started) / 1000;
  return {
    acknowledgedPerSecond: Math.round(messages / seconds),
    storedPerSecond: Math.round(messages / stored),
    cpuSecondsPerMillion: Number((((cpu(stack) - before) / messages) * 1e6).toFixed(1)),
  };
}

interface Crash {
  readonly acknowledged: number;
  readonly lost: number;
  readonly storedTwice: number;
}

/** The middle is killed with `kill -9` while messages flow, and starts again; what was not acknowledged is sent again. */
async function crashOnTheWay(stack: Stack, messages: number): Promise<Crash> {
  const load = await startLoad({ port: stack.mqttPort, messages, mayClose: true });
  const running = load.run();
  while ((await stack.count()) < messages / 10) await delay(20);
  await stack.killAndRestart();
  const { acknowledged } = await running;
  let counted = -1;
  // Silence for three seconds: all that is still to come has come.
  for (let same = 0; same < 6; ) {
    const now = await stack.count();
    same = now === counted ? same + 1 : 0;
    counted = now;
    await delay(500);
  }
  const numbers = await stack.numbers();
  const found = numbers.size;
  const storedTwice = [...numbers.values()].filter((count) => count > 1).length;
  return { acknowledged, lost: Math.max(0, acknowledged - found), storedTwice };
}

async function untilCounted(stack: Stack, messages: number): Promise<void> {
  let count = 0;
  for (const started = performance.now(); performance.now() - started < PATIENCE_MS; await delay(50)) {
    count = await stack.count();
    if (count >= messages) return;
  }
  throw new Error(`${stack.name}: ${count} of ${messages} can be read back after ${PATIENCE_MS / 1000} s`);
}

function cpu(stack: Stack): number {
  return stack.pids().reduce((sum, pid) => sum + processUsage(pid).cpuSeconds, 0);
}

function summary(rounds: Record<string, Round[]>) {
  const median = (name: string, key: keyof Round) =>
    percentile(
      (rounds[name] as Round[]).map((round) => round[key]).sort((a, b) => a - b),
      0.5,
    );
  const ratio = (of: string, to: string, key: keyof Round) =>
    (rounds[of] as Round[])
      .map((round, i) => Number((round[key] / ((rounds[to] as Round[])[i] as Round)[key]).toFixed(2)))
      .sort((a, b) => a - b);
  const spread = (ratios: number[]) => ({ least: ratios[0], median: percentile(ratios, 0.5), most: ratios.at(-1) });
  return {
    medians: Object.fromEntries(
      Object.keys(rounds).map((name) => [
        name,
        {
          acknowledgedPerSecond: median(name, 'acknowledgedPerSecond'),
          storedPerSecond: median(name, 'storedPerSecond'),
          cpuSecondsPerMillion: median(name, 'cpuSecondsPerMillion'),
        },
      ]),
    ),
    /** Ours to theirs, round by round; more than 1: ours is better. */
    toTelegraf: Object.fromEntries(
      ['yiping', 'yipingOnInflux'].map((name) => [
        name,
        {
          acknowledged: spread(ratio(name, 'telegraf', 'acknowledgedPerSecond')),
          stored: spread(ratio(name, 'telegraf', 'storedPerSecond')),
          cpu: spread(ratio('telegraf', name, 'cpuSecondsPerMillion')),
        },
      ]),
    ),
    rounds,
  };
}
