#!/usr/bin/env python3
"""weir functions: functions_verb_test.py WEIR"""
from verb_case import VerbCase, main


class Functions(VerbCase):
    def test_one(self):
        self.prints(["functions", "abs"], "abs(number)\n  x without its sign.\n    abs(-3) => 3\n    abs(-1.5) => 1.5\n")

    def test_one_as_the_reference_has_it(self):
        self.prints(["functions", "abs", "--markdown"], """### abs

x without its sign.

- `abs(number)`

```text
abs(-3) => 3
abs(-1.5) => 1.5
```
""")

    def test_all_as_the_reference_has_them_by_theme(self):
        lines = self.weir("functions", "--markdown").stdout.splitlines()
        self.assertEqual([line for line in lines if line.startswith("## ")],
                         ["## JSON", "## Conditional", "## Dates and times", "## Hashes", "## Numbers", "## Plugins",
                          "## Regular expressions", "## Text", "## Web addresses"])
        listed = [line.split()[0] for line in self.weir("functions").stdout.splitlines()]
        self.assertEqual(sorted(line[4:] for line in lines if line.startswith("### ")), listed)

    def test_a_misspelt_name(self):
        self.complains(["functions", "abz"], "weir functions: there is no function 'abz'; did you mean 'abs'?\n", exit_code=1)


if __name__ == "__main__":
    main()
