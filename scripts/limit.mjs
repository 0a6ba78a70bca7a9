/** Preloaded into each test file: one whose hooks wait for ever must not hold the whole run. */
const LIMIT_MS = 900_000;

if (process.env.NODE_TEST_CONTEXT !== undefined)
  setTimeout(() => {
    console.error(`${process.argv[1]} has not ended after ${LIMIT_MS / 60_000} minutes`);
    process.exit(1);
  }, LIMIT_MS).unref();
