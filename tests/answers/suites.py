"""Suites of hand-made cases for parsers: what must parse, what must be refused, and that nothing crashes."""
import json
import re
import tarfile

from weir_runs import OWN_PIPELINES, expect, read_table


def csv_spectrum(weir, data, answers):
    folder, agreeing = data / "dirty/csv-spectrum", []
    for case in answers["spectrum"]:
        expected = json.loads((folder / "json" / f"{case}.json").read_text(encoding="utf-8", errors="replace"))
        expected = expected if isinstance(expected, list) else [expected]  # A lone row stands there without a list.
        columns = weir.folder / "columns.yaml"
        columns.write_text(json.dumps({"columns": {name: "string" for name in expected[0]}}))
        out = weir.run(OWN_PIPELINES / "csv_as_json.yaml", f"spectrum-{case}", "--vars", columns,
                       input=folder / "csvs" / f"{case}.csv")
        if json.loads((out / "table.json").read_text(encoding="utf-8")) == expected:
            agreeing.append(case)
    expect("cases that agree", agreeing,
           [case for case, known in answers["spectrum"].items() if known["python_csv_agrees"]])


def unpack(weir, data, name):
    with tarfile.open(data / "dirty" / f"{name}.tar.gz") as archive:
        archive.extractall(weir.folder / name)
    return weir.folder / name


def json_suite(weir, data, answers):
    folder = next(unpack(weir, data, "JSONTestSuite").glob("**/test_parsing"))

    def codes(kind):
        out = weir.run(OWN_PIPELINES / "json_documents.yaml", f"json-{kind}", input=folder / f"{kind}_*.json")
        rows = read_table(out / "verdicts.csv")
        return {row["partition"]: row["code"] for row in rows}, int(read_table(out / "rows.csv")[0]["rows"])

    rejected, row_count = codes("n")
    expect("bad documents rejected", len(rejected), answers["jsuite"]["must_reject_n"])
    expect("rows of bad documents", row_count, 0)
    expect("bad documents that parse", [path for path, code in rejected.items() if code == "not-an-object"], [])
    good, _ = codes("y")
    expect("good documents", len(list(folder.glob("y_*.json"))), answers["jsuite"]["must_accept_y"])
    expect("good documents that do not parse", {p: code for p, code in good.items() if code != "not-an-object"}, {})
    for path in sorted(folder.glob("i_*.json")):  # Either is right; a crash is not.
        done = weir.call("run", OWN_PIPELINES / "json_documents.yaml", "--no-progress", "--var", f"input={path}",
                         "--var", f"out={weir.folder}/json-i", "--state", weir.folder / "state/json-i")
        expect(f"{path.name}: exit is 0 or 1", done.returncode in (0, 1), True)


MARKS = [("␣", " "), ("»", "\t"), ("—", ""), ("↵", ""), ("←", "\r"), ("⇔", "\ufeff")]


def yaml_cases(text):
    """The YAML of each case in a file of the suite, with the marks it has for what cannot be seen."""
    for block in re.findall(r"^[- ] yaml: \|.*\n((?:    .*\n|\n)*)", text, re.MULTILINE):
        case = re.sub(r"^    ", "", block, flags=re.MULTILINE)
        for mark, meaning in MARKS:
            case = case.replace(mark, meaning)
        yield case[:case.index("∎")] if "∎" in case else case


def yaml_suite(weir, data, answers):
    files = sorted(unpack(weir, data, "yaml-test-suite").glob("**/src/*.yaml"))
    expect("files", len(files), answers["yaml"]["files"])
    folder, cases = weir.folder / "cases", []
    folder.mkdir()
    for file in files:
        for number, case in enumerate(yaml_cases(file.read_text(encoding="utf-8"))):
            cases.append(folder / f"{file.stem}-{number}.yaml")
            cases[-1].write_text(case, encoding="utf-8", newline="")
    expect("cases", len(cases), answers["yaml"]["test_cases_top_level_items"])
    # None of them is a pipeline, so each has a fault of its own. Few at a time, so that a crash has few suspects.
    for begin in range(0, len(files + cases), 40):
        some = (files + cases)[begin:begin + 40]
        done = weir.call("check", *some)
        expect(f"weir check {some[0]} ...: exit", done.returncode, 78)
        told = {line.split(":")[0] for line in done.stderr.decode(errors="replace").splitlines() if ": error: " in line}
        expect("files without a fault", [str(path) for path in some if str(path) not in told], [])
