import type { HealthStatus } from '#platform/health/port.ts';

/** A process, as its last heartbeat shows it. */
export interface NodeReport {
  readonly id: string;
  readonly kind: 'serve' | 'worker';
  readonly host: string;
  readonly pid: number;
  /** `stopped`: two heartbeats are missing, and it did not say that it ends. */
  readonly status: 'alive' | 'stopped';
  readonly startedAt: string;
  readonly lastHeartbeatAt: string;
  /** Whether it delivers events and runs work. */
  readonly runsBackground: boolean;
  readonly running: readonly { readonly queue: string; readonly count: number }[];
  /** Consumers whose events it delivers now. */
  readonly delivering: readonly string[];
}

export interface QueueReport {
  readonly name: string;
  /** Items that could begin now, counted up to 10,000. */
  readonly due: number;
  /** 0 when none is due. */
  readonly oldestDueSeconds: number;
}

export interface ConsumerReport {
  readonly name: string;
  /** Counted among the next 1,000 events. */
  readonly pending: number;
  readonly oldestSeconds: number;
}

/** Counted up to 10,000. */
export interface MessageCounts {
  readonly failed: number;
  readonly retrying: number;
}

/** What the background of all processes does, as the database knows it. */
export interface OrchestrationState {
  readonly transport: 'inProcess' | 'rabbitmq';
  readonly outbox: MessageCounts & Omit<ConsumerReport, 'name'>;
  readonly inbox: MessageCounts & { readonly consumers: readonly ConsumerReport[] };
  readonly work: MessageCounts;
  /** Null without a broker. */
  readonly broker: {
    readonly status: HealthStatus;
    readonly latencyMs: number;
    readonly lastError: string | null;
  } | null;
  readonly nodes: readonly NodeReport[];
  readonly queues: readonly QueueReport[];
}

export interface Orchestration {
  /** Callers at the same time share one reading. */
  read(): Promise<OrchestrationState>;
}
