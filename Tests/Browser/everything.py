"""Runs all tests, or those that are named, and ends what they share."""
import sys
import unittest

import browser

NAMES = ["test_live", "test_session", "test_hostile", "test_pages", "test_manners", "test_accessible"]

class Result(unittest.TextTestResult):
    """Says what failed at once: a run that is broken off has told what it knows."""

    def _tell(self, error):
        kind, value, _ = error
        self.stream.writeln(f"\n    {kind.__name__}: {str(value)[:2000]}")
        self.stream.flush()

    def addError(self, test, error):
        super().addError(test, error)
        self._tell(error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._tell(error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._tell(error)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:] or NAMES)
    try:
        result = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(suite)
    finally:
        browser.World.end()
    sys.exit(not result.wasSuccessful())
