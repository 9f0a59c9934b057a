"""Runs all tests, or those that are named, and ends what they share."""
import sys
import unittest

import browser

NAMES = ["test_live", "test_session", "test_hostile", "test_pages", "test_accessible"]

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:] or NAMES)
    try:
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    finally:
        browser.World.end()
    sys.exit(not result.wasSuccessful())
