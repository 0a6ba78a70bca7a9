/** Preloaded into each test file: one whose hooks wait for ever must not hold the whole run. */
const isLong = process.env.BONYAN_TEST_FAULTS === '1'; // the longest of the long forms takes most of an hour
const isEveryPage = process.env.BONYAN_TEST_A11Y === '1';
const LIMIT_MS = isLong ? 3 * 3_600_000 : isEveryPage ? 3_600_000 : 900_000;

if (process.env.NODE_TEST_CONTEXT !== undefined)
  setTimeout(() => {
    console.error(`${process.argv[1]} has not ended after ${LIMIT_MS / 60_000} minutes`);
    process.exit(1);
  }, LIMIT_MS).unref();
