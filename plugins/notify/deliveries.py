#!/usr/bin/env python3
"""Receivers that fail half the time get every notice: deliveries.py WEIR

A web server that answers 503, 429 or nothing at all to every other request, and a mail server that turns every other
mail away or hangs up: each row arrives at least once, in order, and a row that is refused goes to `errors`; also when
the process is killed in between.
"""
import http.server
import json
import os
import pathlib
import random
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROWS = 60
SOURCE = """weir: 1
name: told
sources:
  in: {{type: file, path: notices.ndjson, format: {{type: ndjson, columns: {{incident: string, state: string, severity: string,
    key: string, sentence: string}}}}}}
sinks:
  out: {{inputs: in, {retry}, {sink}}}
  bad: {{type: file, inputs: out.errors, path: bad.csv, format: csv, columns: [code, message]}}
"""


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        seen = self.server.seen
        seen.append((self.path, dict(self.headers), body))
        if "unwanted" in json.dumps(body):
            return self.answer(422, "no such thing")
        way = self.server.random.choice(["take", "take", "take", "busy", "later", "hang up"])
        if len(self.server.taken) == self.server.stop_at:
            self.server.is_there.set()
            self.server.may_go_on.wait(60)
            way = "hang up"
        if way == "take":
            self.server.taken.append(body)
            return self.answer(202, "")
        if way == "hang up":
            self.close_connection = True
            return None
        return self.answer(503 if way == "busy" else 429, "not now")

    def do_GET(self):
        time.sleep(0.5)  # A run that did not wait would be over.
        self.server.seen.append((self.path, {}, None))
        self.answer(200, "")

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class MailServer(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs, and of RFC 3207 where the server has `tls` for it."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def encrypt(self):
        self.say("220 go ahead")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def finish(self):
        super().finish()
        self.connection.close()  # The one that was encrypted is not the server's.

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.server.seen.append((verb.decode(errors="replace"), isinstance(self.connection, ssl.SSLSocket)))
            if verb == b"STAR":
                try:
                    self.encrypt()
                except ssl.SSLError:
                    return None  # The client does not trust the certificate.
            elif verb == b"EHLO":
                self.say("250-here\r\n" + ("250-STARTTLS\r\n" if self.server.tls else "") + "250 AUTH PLAIN")
            elif verb == b"AUTH":
                self.say("334 ")
                self.rfile.readline()
                self.say("235 welcome")
            elif verb == b"DATA":
                self.say("354 go on")
                text = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    text += line
                way = self.server.random.choice(["take", "take", "later", "hang up"])
                if way == "hang up":
                    return None
                if way == "take":
                    self.server.taken.append(text.decode())
                self.say("250 taken" if way == "take" else "451 not now")
            elif verb == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 yes")
        return None


def serve(handler, kind, tls=None):
    server = kind(("127.0.0.1", 0), handler)
    server.daemon_threads, server.tls = True, tls
    server.random, server.seen, server.taken = random.Random(5), [], []
    server.stop_at, server.is_there, server.may_go_on = None, threading.Event(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def notice(i):
    sentence = "unwanted" if i == 7 else f"slow & <bad> \u00e4 {i}"
    return {"incident": f"id{i}", "state": "resolved" if i % 2 else "firing", "severity": "page", "key": f"host=h{i}",
            "sentence": sentence}


def write_pipeline(folder, sink, retry="retry: {initial: 1ms, max: 5ms}"):
    base = pathlib.Path(folder)
    (base / "told.yaml").write_text(SOURCE.format(sink=sink, retry=retry), encoding="utf-8")
    lines = [json.dumps(notice(i)) for i in range(ROWS)]
    (base / "notices.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return base


def run(weir, sink, **retry):
    """Runs the pipeline; returns what was rejected."""
    with tempfile.TemporaryDirectory(prefix="weir-notify-") as folder:
        base = write_pipeline(folder, sink, **retry)
        environment = os.environ | {"NOTIFY_KEY": "k3y", "NOTIFY_TOKEN": "t0ken"}
        done = subprocess.run([weir, "run", "told.yaml", "--no-progress"], cwd=base, env=environment, timeout=100,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "k3y" not in done.stderr + done.stdout and "t0ken" not in done.stderr + done.stdout, done.stderr
        bad = base / "bad.csv"
        return bad.read_text(encoding="utf-8").splitlines()[1:] if bad.exists() else []


def without_copies(items):
    return list(dict.fromkeys(items))


def webhooks(weir):
    wanted = [notice(i) for i in range(ROWS) if i != 7]
    for shape, options in [("json", "token: '${secret:env:NOTIFY_TOKEN}', headers: {X-Team: ops}"), ("slack", ""),
                           ("pagerduty", "routing_key: '${secret:env:NOTIFY_KEY}'")]:
        server = serve(Web, http.server.ThreadingHTTPServer)
        url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        bad = run(weir, f"type: webhook, url: '{url}', shape: {shape}, timeout: 5s" + (f", {options}" if options else ""))
        assert bad == ["refused,the receiver answers 422: no such thing"], bad
        taken = [json.loads(text) for text in without_copies(json.dumps(body) for body in server.taken)]
        if shape == "json":
            assert taken == wanted, taken
            headers = server.seen[0][1]
            assert headers["Authorization"] == "Bearer t0ken" and headers["X-Team"] == "ops", headers
        elif shape == "slack":
            said = [f"[{n['state']}] " + n["sentence"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                    for n in wanted]
            assert [body["text"] for body in taken] == said, taken
        else:
            actions = {"firing": "trigger", "resolved": "resolve"}
            for body, n in zip(taken, wanted, strict=True):
                payload = {"summary": f"[{n['state']}] {n['sentence']}", "source": n["key"], "severity": "critical",
                           "custom_details": n}
                assert body == {"routing_key": "k3y", "event_action": actions[n["state"]], "dedup_key": n["incident"],
                                "payload": payload}, body
        failed = len(server.seen) - len(server.taken)
        assert failed > ROWS / 4, f"only {failed} of {len(server.seen)} requests failed"
        print(f"ok    {shape}: {len(server.seen)} requests, {failed} failed")
        server.shutdown()


def mails(weir):
    import email
    import email.policy
    server = serve(MailServer, socketserver.ThreadingTCPServer)
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    bad = run(weir, f"type: smtp, server: '{address}', from: 'Weir <weir@example.org>', to: [ops@example.org], tls: none")
    assert bad == [], bad
    read = [email.message_from_string(text, policy=email.policy.default) for text in server.taken]
    by_id = {mail["Message-ID"]: mail for mail in read}
    assert [str(mail["Subject"]) for mail in by_id.values()] == [f"[{n['state']}] {n['sentence']}" for n in map(notice, range(ROWS))]
    first = read[0]
    assert (str(first["From"]), str(first["To"])) == ("Weir <weir@example.org>", "ops@example.org"), first
    assert json.loads(first.get_content().splitlines()[2]) == notice(0), first.get_content()
    print(f"ok    smtp: {ROWS} mails")
    server.shutdown()


def killed(weir):
    """Killed in the middle of a batch, and run again: nothing is missing."""
    server = serve(Web, http.server.ThreadingHTTPServer)
    server.stop_at = 20
    sink = f"type: webhook, url: 'http://127.0.0.1:{server.server_address[1]}/hook'"
    with tempfile.TemporaryDirectory(prefix="weir-notify-") as folder:
        base = write_pipeline(folder, sink)
        process = subprocess.Popen([weir, "run", "told.yaml", "--no-progress"], cwd=base, stderr=subprocess.DEVNULL)
        assert server.is_there.wait(60), "the receiver never got so far"
        process.kill()
        process.wait()
        server.stop_at = None
        server.may_go_on.set()
        done = subprocess.run([weir, "run", "told.yaml", "--no-progress"], cwd=base, timeout=100, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    ids = {body["incident"] for body in server.taken}
    assert ids == {f"id{i}" for i in range(ROWS) if i != 7}, sorted(ids)
    print(f"ok    killed after 20 of {ROWS} rows: nothing is missing, {len(server.taken) - len(ids)} came twice")
    server.shutdown()


def certificate(folder):
    """Of this machine alone, signed by itself."""
    key, signed = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", signed, "-days", "2",
                    "-subj", "/CN=receiver", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(signed, key)
    return signed, tls


def encrypted(weir):
    """To receivers with certificates of the team's own; nothing goes to one without, or with another's."""
    with tempfile.TemporaryDirectory(prefix="weir-notify-") as folder:
        signed, tls = certificate(folder)
        server = serve(Web, http.server.ThreadingHTTPServer)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        run(weir, f"type: webhook, url: 'https://127.0.0.1:{server.server_address[1]}/hook', ca_file: {signed}")
        assert len(without_copies(json.dumps(body) for body in server.taken)) == ROWS - 1, len(server.taken)
        server.shutdown()

        people = "from: weir@example.org, to: [ops@example.org], user: weir, password: '${secret:env:NOTIFY_KEY}'"
        server = serve(MailServer, socketserver.ThreadingTCPServer, tls)
        address = f"smtp://127.0.0.1:{server.server_address[1]}"
        assert run(weir, f"type: smtp, server: '{address}', {people}, ca_file: {signed}") == []
        assert len(server.taken) >= ROWS, len(server.taken)
        in_clear = {verb for verb, is_encrypted in server.seen if not is_encrypted}
        assert in_clear == {"EHLO", "STAR"}, in_clear
        assert ("AUTH", True) in server.seen, server.seen[:9]
        server.shutdown()

        given_up = "retry: {initial: 1ms, max: 1ms, max_elapsed: 5ms}"
        for tls_of_server, reason in [(tls, "SSL certificate problem"), (None, "STARTTLS")]:
            server = serve(MailServer, socketserver.ThreadingTCPServer, tls_of_server)
            address = f"smtp://127.0.0.1:{server.server_address[1]}"
            bad = run(weir, f"type: smtp, server: '{address}', {people}", retry=given_up)
            assert len(bad) == ROWS and all(reason in line for line in bad), bad[:3]
            verbs = {verb for verb, _ in server.seen}
            assert not server.taken and verbs <= {"EHLO", "STAR", "QUIT"}, verbs
            server.shutdown()
    print("ok    encrypted: by a certificate of one's own; no password, no mail without")


def heartbeats(weir):
    server = serve(Web, http.server.ThreadingHTTPServer)
    run(weir, f"type: heartbeat, url: 'http://127.0.0.1:{server.server_address[1]}/ping', every: 1h")
    assert [path for path, _, _ in server.seen] == ["/ping"], server.seen
    print("ok    heartbeat: one for all rows of an hour")


def main():
    weir = str(pathlib.Path(sys.argv[1]).resolve())
    webhooks(weir)
    mails(weir)
    killed(weir)
    encrypted(weir)
    heartbeats(weir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
