import type { Logger } from 'pino';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { FleetFlags } from './flags.ts';
import { Fleet, type FleetReport } from './fleet.ts';
import type { Lane } from './lane.ts';
import { MqttLane } from './mqtt-lane.ts';
import { OpcuaLane } from './opcua-lane.ts';
import { readPack } from './pack.ts';
import { populate } from './population.ts';
import { atSpeed, naturalRate } from './sample-group.ts';
import { Sampler } from './sampler.ts';

const MQTT_CONNECTIONS = 8;
const REPORT_MS = 10_000;

export interface RunningFleet {
  /** Where the plants' server listens; undefined where no Thing speaks OPC UA. */
  readonly opcuaPort: number | undefined;
  report(): FleetReport;
  stop(): Promise<void>;
}

/**
 * Reads the pack, opens the lanes and sets the fleet to work. Every ten seconds, and at the end, it reports: to the log,
 * and over IPC where there is a parent.
 *
 * @throws {Error} where the pack cannot be read or the OPC UA port is taken.
 */
export async function launch(flags: FleetFlags, clock: Clock, log: Logger): Promise<RunningFleet> {
  const pack = readPack(flags.cityPack);
  const chosen = populate(pack.things, flags.things ?? pack.things.length);
  const speed = flags.rate === undefined ? 1 : flags.rate / naturalRate(chosen);
  const things = chosen.map((thing) => atSpeed(thing, speed));
  const plants = things.filter((thing) => thing.transport === 'opcua');
  const opcua =
    plants.length === 0 ? undefined : new OpcuaLane({ port: flags.opcuaPort, things: plants, pkiDir: flags.pkiDir });
  const mqtt = mqttLanes(
    things.filter((thing) => thing.transport === 'mqtt'),
    flags,
    clock,
    log,
  );
  const lanes: Lane[] = [...mqtt.map(({ lane }) => lane), ...(opcua === undefined ? [] : [opcua])];
  for (const lane of lanes) await lane.start();
  const members = [
    ...mqtt.flatMap(({ lane, things: own }) => own.map((thing) => ({ thing, lane }))),
    ...(opcua === undefined ? [] : plants.map((thing) => ({ thing, lane: opcua }))),
  ];
  const fleet = new Fleet({ clock, sampler: new Sampler(flags.seed, pack.timeZone), members });
  fleet.start();
  const tell = (final: boolean) => tellReport(fleet.report(), final, log);
  const stopTelling = clock.every(REPORT_MS, () => tell(false));
  return {
    opcuaPort: opcua?.port,
    report: () => fleet.report(),
    stop: async () => {
      stopTelling();
      fleet.stop();
      await Promise.all(lanes.map((lane) => lane.stop()));
      tell(true);
    },
  };
}

function mqttLanes(
  things: readonly PackThing[],
  { mqttUrl, accessToken }: FleetFlags,
  clock: Clock,
  log: Logger,
): readonly { readonly lane: MqttLane; readonly things: readonly PackThing[] }[] {
  const count = Math.min(MQTT_CONNECTIONS, things.length);
  return Array.from({ length: count }, (_, number) => {
    const own = things.filter((_, at) => at % count === number);
    const name = `mqtt-${number + 1}`;
    const lane = new MqttLane({
      name,
      clock,
      url: mqttUrl,
      clientId: `yiping-fleet-${process.pid}-${number + 1}`,
      things: own,
      onState: (state) =>
        log[state.kind === 'refused' ? 'warn' : 'info']({ lane: name, url: mqttUrl, ...state }, 'mqtt'),
      ...(accessToken !== undefined && { accessToken }),
    });
    return { lane, things: own };
  });
}

function tellReport(report: FleetReport, final: boolean, log: Logger): void {
  log.info({ final, ...report }, final ? 'fleet: final report' : 'fleet: report');
  if (process.connected) process.send?.({ type: 'fleet-report', final, report });
}
