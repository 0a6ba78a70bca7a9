import { deliveryConformance } from '#testing/conformance/events.ts';
import { inProcessBus } from './in-process.ts';

deliveryConformance('in process', () => () => inProcessBus);
