import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { Lane, LaneTally } from './lane.ts';
import type { Sample, SampleGroup } from './sample-group.ts';
import { groupsOf } from './sample-group.ts';
import type { Sampler } from './sampler.ts';
import { TimerWheel } from './timer-wheel.ts';

export interface FleetParts {
  readonly clock: Clock;
  readonly sampler: Sampler;
  /** Each Thing and the lane it speaks on. */
  readonly members: readonly { readonly thing: PackThing; readonly lane: Lane }[];
}

/** What the fleet has done since its start. */
export interface FleetReport {
  readonly things: number;
  readonly datastreams: number;
  /** Sum over the lanes. */
  readonly published: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Measured by devices that are cut off; they deliver later. */
  readonly heldBack: number;
  /** Left out because the process could not keep up. */
  readonly skipped: number;
  /** Left out because a device cut off for long had no room for more. */
  readonly overflowed: number;
  readonly lanes: readonly LaneTally[];
}

/** Samples that one group keeps while its device is cut off. */
const HELD_BACK_LIMIT = 512;

interface Member {
  readonly group: SampleGroup;
  readonly lane: Lane;
  /** Measured while cut off, oldest first. */
  heldBack: Sample[];
  /** Nothing leaves before this time, epoch ms. */
  cutOffUntil: number;
}

/** Devices at work: each group of datastreams is measured when it falls due and sent on its lane. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #members: readonly Member[];
  readonly #wheel: TimerWheel;
  #overflowed = 0;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#members = parts.members.flatMap(({ thing, lane }) =>
      groupsOf(thing).map((group) => ({ group, lane, heldBack: [], cutOffUntil: 0 })),
    );
    this.#wheel = new TimerWheel({
      clock: parts.clock,
      capacity: this.#members.length,
      onDue: (item) => this.#measure(this.#members[item] as Member),
    });
    for (const { group } of this.#members) this.#wheel.add(group.intervalMs);
  }

  start(): void {
    this.#wheel.start();
  }

  /** Measures no more; the lanes are their owner's to stop. */
  stop(): void {
    this.#wheel.stop();
  }

  report(): FleetReport {
    const lanes = [...new Set(this.#parts.members.map(({ lane }) => lane.tally))];
    const sum = (of: (tally: LaneTally) => number) => lanes.reduce((total, tally) => total + of(tally), 0);
    return {
      things: this.#parts.members.length,
      datastreams: this.#parts.members.reduce((n, { thing }) => n + thing.datastreams.length, 0),
      published: sum((tally) => tally.published),
      acknowledged: sum((tally) => tally.acknowledged),
      refused: sum((tally) => tally.refused),
      heldBack: this.#members.reduce((n, { heldBack, group }) => n + heldBack.length * group.streams.length, 0),
      skipped: this.#wheel.skipped,
      overflowed: this.#overflowed,
      lanes,
    };
  }

  #measure(member: Member): void {
    const { group, lane } = member;
    const now = this.#parts.clock.now();
    if (!lane.accepts(group)) return;
    if (member.heldBack.length > 0 && now >= member.cutOffUntil) this.#deliver(member);
    if (member.heldBack.length >= HELD_BACK_LIMIT) {
      this.#overflowed += group.streams.length;
      return;
    }
    const taken = this.#parts.sampler.take(group, now);
    if (taken === undefined) return;
    if (taken.sendAt > now) {
      member.cutOffUntil = taken.sendAt;
      member.heldBack.push(taken.sample);
    } else {
      lane.send(group, taken.sample);
    }
  }

  #deliver(member: Member): void {
    const held = member.heldBack;
    member.heldBack = [];
    for (const sample of held) member.lane.send(member.group, sample);
  }
}
