import {
  AttributeIds,
  type ClientSession,
  ClientSubscription,
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  DeadbandType,
  TimestampsToReturn,
} from 'node-opcua-client';
import { operationLimit } from './opcua-browse.ts';
import type { DiscoveredVariable } from './opcua-discovery.ts';

export interface OpcuaSubscriptionOptions {
  readonly publishingIntervalMs: number;
  /** Values the server keeps per variable between two notifications; the oldest goes when there are more. */
  readonly queueSize: number;
  readonly onValue: (variable: DiscoveredVariable, dataValue: DataValue) => void;
  /** Anything came from the server: a notification, or the sign that there is none. */
  readonly onSign: () => void;
  /** The server refused to monitor a variable. */
  readonly onRefused: (variable: DiscoveredVariable, status: string) => void;
}

/** CreateMonitoredItems takes no more in one call, here or at many servers. */
const MAX_ITEMS_PER_CALL = 1_000;
/** Without data the server says so every five publishing intervals. */
const KEEP_ALIVE_COUNT = 5;
/** The server keeps the subscription for so many intervals when it hears nothing: ten minutes at one second. */
export const LIFETIME_COUNT = 600;
const MAX_NOTIFICATIONS = 10_000;

/** One subscription to all variables of a server. It survives reconnections, see `OpcuaConnection`. */
export class OpcuaSubscription {
  readonly #options: OpcuaSubscriptionOptions;
  readonly #session: ClientSession;
  readonly #subscription: ClientSubscription;
  readonly #monitored = new Set<string>();

  constructor(session: ClientSession, options: OpcuaSubscriptionOptions) {
    this.#session = session;
    this.#options = options;
    this.#subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: options.publishingIntervalMs,
      requestedMaxKeepAliveCount: KEEP_ALIVE_COUNT,
      requestedLifetimeCount: LIFETIME_COUNT,
      maxNotificationsPerPublish: MAX_NOTIFICATIONS,
      publishingEnabled: true,
      priority: 10,
    });
    this.#subscription.on('keepalive', options.onSign);
    this.#subscription.on('received_notifications', options.onSign);
  }

  /** Monitors those of `variables` that are not monitored yet. */
  async monitor(variables: readonly DiscoveredVariable[]): Promise<void> {
    const fresh = variables.filter(({ nodeId }) => !this.#monitored.has(nodeId.toString()));
    const chunk = await operationLimit(this.#session, 'MaxMonitoredItemsPerCall', MAX_ITEMS_PER_CALL);
    for (let from = 0; from < fresh.length; from += chunk) await this.#monitorChunk(fresh.slice(from, from + chunk));
  }

  async #monitorChunk(variables: readonly DiscoveredVariable[]): Promise<void> {
    const { queueSize, onValue, onRefused } = this.#options;
    const group = await this.#subscription.monitorItems(
      variables.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
      {
        // 0: as it happens where the server can, else as often as it samples.
        samplingInterval: 0,
        discardOldest: true,
        queueSize,
        filter: new DataChangeFilter({
          trigger: DataChangeTrigger.StatusValueTimestamp,
          deadbandType: DeadbandType.None,
        }),
      },
      TimestampsToReturn.Both,
    );
    group.on('changed', (_item, dataValue, index) => onValue(variables[index] as DiscoveredVariable, dataValue));
    group.monitoredItems.forEach((item, at) => {
      const variable = variables[at] as DiscoveredVariable;
      const status = item.statusCode;
      if (status?.isGood()) this.#monitored.add(variable.nodeId.toString());
      else onRefused(variable, status?.toString() ?? 'no answer');
    });
  }
}
