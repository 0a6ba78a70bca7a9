import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import type { Telemetry } from '#platform/telemetry/port.ts';
import type { OnFailedAttempt, Worker } from '#platform/work/port.ts';
import type { EventSubscription } from './port.ts';

/** A consumer handles each event once, under its name. A module is one consumer. */
export interface Consumer {
  readonly name: string;
  readonly subscriptions: readonly EventSubscription[];
}

export interface DeliveryNeeds {
  readonly pool: Pool;
  readonly units: Units;
  readonly consumers: readonly Consumer[];
  readonly nodeId: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly onFailedAttempt?: OnFailedAttempt | undefined;
}

/**
 * Delivers published events to their consumers. With every transport, a handler's effects in the database happen once
 * and in the order of each key. An event whose handler fails is parked, with the later events of its key; other keys go
 * on.
 */
export interface Delivery {
  /** They retry parked events. */
  readonly workers: readonly Worker[];
  /** Once, before anything is published: from then on each consumer gets every event it subscribes to. */
  registerConsumers(): Promise<void>;
  /** Events of these types were published; without `types`: any may have been. Does nothing before `start`. */
  wake(types?: ReadonlySet<string>): void;
  /** Whether a consumer, here or beyond the broker, may want one of these types. */
  isConsumed(types: ReadonlySet<string>): boolean;
  /** A consumer is no longer part of the program: removes what the transport keeps for it. */
  removeConsumer(name: string): Promise<void>;
  /** Names of the cursors that it moves. */
  readonly cursors: readonly string[];
  /**
   * Delivers events whose signal was lost. `pending` names the cursors with unseen events, if the caller has queried
   * them.
   */
  poll(pending?: readonly string[]): Promise<void>;
  /** Resolves when every published event is handled or parked. For tests and commands. */
  drain(): Promise<void>;
  start(): void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

/** The transport of events. */
export interface Bus {
  /** Shown to people. */
  readonly name: string;
  createDelivery(needs: DeliveryNeeds): Delivery;
  close(): Promise<void>;
}
