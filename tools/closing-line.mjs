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

/** A vitest reporter that ends the output with one plain line, for programs that read it. */
export const closingLineReporter = () => ({
  onTestRunEnd(modules, unhandledErrors) {
    process.stdout.write(`\n${closingLine(modules, unhandledErrors)}\n`);
  },
});
