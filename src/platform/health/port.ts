export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** A part of the program, or a service, whose health is reported. */
export interface Component {
  readonly name: string;
  /** While a required component is unhealthy, no request can be served and `/health/ready` answers 503. */
  readonly isRequired: boolean;
  /** Resolves when it is healthy; rejects with the reason when it is not. The caller limits the time. */
  probe(): Promise<void>;
}

export interface ComponentReport {
  readonly name: string;
  readonly status: HealthStatus;
  readonly latencyMs: number;
  /** Message of the last probe if it failed, else null. */
  readonly lastError: string | null;
}

export interface HealthReport {
  /** `unhealthy` when a required component is; `degraded` when any other is; else `healthy`. */
  readonly status: HealthStatus;
  readonly components: readonly ComponentReport[];
}

export interface Health {
  report(): Promise<HealthReport>;
  /** True when every required component is healthy. */
  isReady(): Promise<boolean>;
}
