"""A row of the benchmark: what it measured, said in lines of a table, and whether its targets are reached."""
from dataclasses import dataclass, field


@dataclass
class Target:
    what: str
    is_reached: bool

    @property
    def text(self):
        return f"{self.what}: {'reached' if self.is_reached else 'MISSED'}"


@dataclass
class Row:
    title: str
    header: list
    lines: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    faults: list = field(default_factory=list)  # Outputs that differ.
    commands: list = field(default_factory=list)

    def fail(self, engine, sentences):
        self.faults += [f"FAIL {self.title}, {engine}: {sentence}" for sentence in sentences]

    def markdown(self):
        table = [self.header, ["---"] * len(self.header), *self.lines]
        text = f"### {self.title}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in table) + "\n"
        notes = [target.text for target in self.targets] + self.faults
        return text + ("\n" + "\n".join(f"- {note}" for note in notes) + "\n" if notes else "")
