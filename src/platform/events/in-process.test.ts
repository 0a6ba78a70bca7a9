import { deliveryConformance } from './conformance.ts';
import { inProcessBus } from './in-process.ts';

deliveryConformance('in process', () => () => inProcessBus);
