#!/usr/bin/env python3
"""weir schema: schema_verb_test.py WEIR"""
import json

from verb_case import VerbCase, main

PIPELINE = """weir: 1
name: visits
sources:
  visits:
    type: file
    path: visits.csv
    format: csv
    event_time: {column: time}
    labels: {user: [direct, marketing]}
transforms:
  pages: {type: route, inputs: visits, routes: {cart: "page = '/cart'"}}
sinks:
  carts: {type: file, inputs: pages.cart, path: out/carts.csv, format: csv}
  others: {type: blackhole, inputs: pages.else}
"""


class Schema(VerbCase):
    def setUp(self):
        super().setUp()
        self.write("visits.csv", "time,user,page,latency_ms\n2025-03-01T10:00:04Z,ada,/cart,41\n")
        self.write("visits.yaml", PIPELINE)

    def test_columns_of_every_port(self):
        columns = """\
  time        timestamp  event time{0}
  user        string     direct, marketing{0}
  page        string{1}
  latency_ms  int64{1}
"""
        source = columns.format(", inferred", "     inferred").replace("int64     ", "int64      ")
        port = columns.format("", "")
        indented = "".join("  " + line + "\n" for line in port.splitlines())
        self.prints(["schema", "visits.yaml"],
                    "source visits: file\n" + source + "transform pages: route\n  .cart\n" + indented + "  .else\n" + indented +
                    "sink carts: file\n" + port + "sink others: blackhole\n" + port)

    def test_as_json(self):
        nodes = json.loads(self.weir("schema", "visits.yaml", "--json").stdout)["nodes"]
        self.assertEqual([(node["node"], node["role"], node["component"]) for node in nodes],
                         [("visits", "source", "file"), ("pages", "transform", "route"), ("carts", "sink", "file"),
                          ("others", "sink", "blackhole")])
        self.assertEqual(nodes[0]["outputs"], [{"port": "out", "columns": [
            {"name": "time", "type": "timestamp", "labels": [], "event_time": True, "inferred": True},
            {"name": "user", "type": "string", "labels": ["direct", "marketing"], "inferred": True},
            {"name": "page", "type": "string", "labels": [], "inferred": True},
            {"name": "latency_ms", "type": "int64", "labels": [], "inferred": True}]}])
        self.assertEqual([port["port"] for port in nodes[1]["outputs"]], ["cart", "else"])
        self.assertEqual([column["name"] for column in nodes[2]["inputs"][0]["columns"]], ["time", "user", "page", "latency_ms"])

    def test_a_run_says_what_was_inferred(self):
        done = self.weir("run", "visits.yaml", "--no-progress")
        self.assertEqual(done.stderr.splitlines()[0],
                         "visits: columns inferred from a sample: time: timestamp, user: string, page: string, latency_ms: int64")

    def test_the_language_has_every_component_and_its_options(self):
        schema = json.loads(self.weir("schema").stdout)
        self.assertEqual(schema["required"], ["weir", "name"])
        transform = schema["$defs"]["transform"]
        types = [choice.get("const") for choice in transform["properties"]["type"]["anyOf"]]
        self.assertIn("filter", types)
        rule = next(rule for rule in transform["allOf"] if rule["if"]["properties"]["type"]["const"] == "filter")
        options, names = rule["then"]["allOf"]
        self.assertEqual(options["required"], ["where"])
        self.assertIn("where", names["propertyNames"]["enum"])
        self.assertIn("inputs", names["propertyNames"]["enum"])
        self.assertEqual(set(schema["properties"]) & {"sources", "transforms", "sinks", "tests"},
                         {"sources", "transforms", "sinks", "tests"})


if __name__ == "__main__":
    main()
