"""The answer checkers of the lessons: `from helpers.exercises import lesson_05 as check`."""
