import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import type { OnFailedAttempt, Worker } from '#platform/work/port.ts';
import type { EventSubscription } from './port.ts';

/** Whoever hears events under one name: each event reaches it once. A module is one consumer. */
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
  readonly onFailedAttempt?: OnFailedAttempt | undefined;
}

/**
 * Brings what is published to those who hear it. Whatever carries the events, a handler's effects in the
 * database happen once and in the order of each key; an event that fails steps aside with the later ones of its key.
 */
export interface Delivery {
  /** For what stepped aside. */
  readonly workers: readonly Worker[];
  /** Once before anything is published: from here on each consumer hears everything. */
  registerConsumers(): Promise<void>;
  /** Something of these types was published; without types: anything may have been. Nothing happens before `start`. */
  wake(types?: ReadonlySet<string>): void;
  isConsumed(types: ReadonlySet<string>): boolean;
  /** Names of the places in the log that it moves. */
  readonly cursors: readonly string[];
  /** Finds what a missed signal has left; `pending` names the cursors that have something, where one has looked. */
  poll(pending?: readonly string[]): Promise<void>;
  /** Resolves when all that is published was handled or has stepped aside. For tests and commands. */
  drain(): Promise<void>;
  start(): void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

/** What carries the events. */
export interface Bus {
  /** For people. */
  readonly name: string;
  createDelivery(needs: DeliveryNeeds): Delivery;
  close(): Promise<void>;
}
