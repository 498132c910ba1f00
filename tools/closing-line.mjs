/** `N passed, N failed, N skipped` over a whole run; a file or an error outside of tests counts as one failure. */
export const closingLine = (modules, unhandledErrors) => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'pending') counts.failed += 1;
      else counts[state] += 1;
      if (state !== 'passed' && state !== 'skipped') failedHere += 1;
    }
    if (failedHere === 0 && module.state() === 'failed') counts.failed += 1;
  }
  if (counts.failed === 0) counts.failed += unhandledErrors.length;
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
};

/** Full names of the tests that failed first and passed when they were run again: each is a defect, of the test or of the code. */
export const flakyTests = (modules) =>
  modules.flatMap((module) =>
    [...module.children.allTests()]
      .filter((test) => test.diagnostic()?.flaky)
      .map((test) => `${module.relativeModuleId} > ${test.fullName}`),
  );

/** A vitest reporter that names tests which passed only when run again, and ends the output with one plain line, for programs that read it. */
export const closingLineReporter = () => ({
  onTestRunEnd(modules, unhandledErrors) {
    for (const name of flakyTests(modules)) process.stdout.write(`\nflaky, to be mended: ${name}`);
    process.stdout.write(`\n${closingLine(modules, unhandledErrors)}\n`);
  },
});
