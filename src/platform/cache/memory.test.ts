import { cacheConformance } from '#testing/conformance/cache.ts';
import { createMemoryCache } from './memory.ts';

cacheConformance('memory', async () => {
  let clock = 0;
  return {
    cache: createMemoryCache(() => clock),
    pass: async (ms) => {
      clock += ms;
    },
  };
});
