import { SLOT_SECONDS } from './objectives.ts';

const MINUTE_SECONDS = 60;
const MINUTES_KEPT_SECONDS = 3 * 86_400;
const MOST_STEPS = 400; // more than a chart has pixels for
const STEPS = [60, 300, 600, 1800, 3600, 7200, 10_800];

/** How finely requests are shown: by minutes while they are kept, else by slots of ten minutes. */
export interface RequestSpan {
  readonly stepSeconds: number;
  readonly isByMinute: boolean;
}

export function toSpan(fromMs: number, toMs: number, nowMs: number): RequestSpan {
  const finest = nowMs - fromMs > MINUTES_KEPT_SECONDS * 1000 ? SLOT_SECONDS : MINUTE_SECONDS;
  const enough = (step: number) => step >= finest && (toMs - fromMs) / 1000 / step <= MOST_STEPS;
  const stepSeconds = STEPS.find(enough) ?? Math.max(...STEPS);
  return { stepSeconds, isByMinute: stepSeconds < SLOT_SECONDS };
}
