"""The answer checkers of the lessons, one module a lesson: `from helpers.exercises import lesson_05`."""
