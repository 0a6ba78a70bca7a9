export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** One thing that can be unwell. */
export interface Component {
  readonly name: string;
  /** Without it no request can be served: `/health/ready` is 503 while it is unhealthy. */
  readonly isRequired: boolean;
  /** Resolves when it is well; rejects with what is wrong. Bounded in time by the caller. */
  probe(): Promise<void>;
}

export interface ComponentReport {
  readonly name: string;
  readonly status: HealthStatus;
  readonly latencyMs: number;
  /** Of the last probe that failed; null when the last one did not. */
  readonly lastError: string | null;
}

export interface HealthReport {
  /** The worst of the components; what is not required makes the whole degraded at most. */
  readonly status: HealthStatus;
  readonly components: readonly ComponentReport[];
}

export interface Health {
  report(): Promise<HealthReport>;
  /** True when every required component is well. */
  isReady(): Promise<boolean>;
}
