const RULE = /^(\*|[A-Z]+) (\/[^\s="]*)=([1-9]\d{0,6})\/(s|min|h|d)$/;
const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
const MAX_RULES = 100;

/** How often one caller may use routes, beside the limit for all requests. */
export interface RateRule {
  /** As it was written. */
  readonly text: string;
  /** `*`: any. */
  readonly method: string;
  /** As the OpenAPI document writes it; with `*` at the end all paths that begin so. */
  readonly path: string;
  readonly count: number;
  readonly windowSeconds: number;
}

/** Rules such as `POST /api/v1/todos=30/min`, joined by commas. */
export function rateLimits(value: string): RateRule[] {
  const texts = value
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length > MAX_RULES) throw new Error(`expected at most ${MAX_RULES} rules`);
  return texts.map((text) => {
    const [, method = '', path = '', count, period = ''] = RULE.exec(text) ?? [];
    if (count === undefined)
      throw new Error(`expected rules such as POST /api/v1/todos=30/min or * /api/v1/files/*=1000/h, not ${text}`);
    return { text, method, path, count: Number(count), windowSeconds: SECONDS[period as keyof typeof SECONDS] };
  });
}
