#!/usr/bin/python3
"""A dashboard and a login service made with py-macaroon-bakery, for our client to log in to:  serve.py PORT EMAIL

The dashboard's macaroons, their verification, the sealed questions and their discharges are the
library's; the login service asks a question of its own before it is content. Serves on loopback until it is ended.
"""
import base64
import datetime
import json
import os
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from macaroonbakery import bakery, checkers, httpbakery

port, email = int(sys.argv[1]), sys.argv[2]
visits, tokens = {}, {}
identity_key, dashboard_key = bakery.generate_key(), bakery.generate_key()


class Dashboard(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, headers=None):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        visit = urllib.parse.parse_qs(url.query).get("did", [""])[0]
        if url.path == "/identity/login" and visit in visits:
            visits[visit].set()
            self.answer(200, {})
        elif url.path == "/identity/wait" and visit in visits and visits[visit].wait(20):
            token = os.urandom(20)
            tokens[token] = email
            self.answer(200, {"kind": "macaroon", "token64": base64.b64encode(token).decode()})
        elif url.path == "/api/v2/tokens/whoami":
            token = self.headers["Authorization"].split(" ", 1)[1]
            self.answer(200, {"account": {"id": "account", "email": base64.b64decode(token).decode()},
                              "permissions": ["store_admin"], "expires": "2040-01-01T00:00:00Z"})
        else:
            self.answer(404, {})

    def do_POST(self):
        body = self.body()
        if self.path == "/api/v2/tokens":
            self.answer(200, {"macaroon": self.root().serialize_json()})
        elif self.path == "/api/v2/tokens/exchange":
            self.exchange()
        elif self.path == "/identity/discharge":
            self.discharge({name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()})
        else:
            self.answer(404, {})

    def root(self):
        expiry = datetime.datetime.utcnow() + datetime.timedelta(hours=1)
        question = checkers.Caveat(location=identity_url, condition="is-authenticated-userid")
        return oven.macaroon(bakery.LATEST_VERSION, expiry, [question], [bakery.LOGIN_OP])

    def exchange(self):
        chain = httpbakery.extract_macaroons(self.headers)
        try:
            operations, conditions = oven.macaroon_ops(chain[0])
            declared = checkers.infer_declared_from_conditions(conditions, checker.namespace())
            context = checkers.context_with_declared(checkers.AuthContext(), declared)
            refusals = [checker.check_first_party_caveat(context, condition) for condition in conditions]
            if operations != [bakery.LOGIN_OP] or any(refusals):
                raise ValueError(f"{operations} {refusals}")
        except Exception as error:  # whatever the library thinks of it
            return self.answer(401, {"error_list": [{"code": "unauthorized", "message": repr(error)}]})
        self.answer(200, {"macaroon": base64.b64encode(declared["userid"].encode()).decode()})

    def discharge(self, form):
        token = base64.b64decode(form["token64"]) if "token64" in form else None

        class Checker(bakery.ThirdPartyCaveatChecker):
            def check_third_party_caveat(self, context, information):
                if information.condition == "nested":
                    return []
                if information.condition != "is-authenticated-userid":
                    raise bakery.CaveatNotRecognizedError()
                if tokens.pop(token, None) is None or form.get("token-kind") != "macaroon":
                    raise bakery.ThirdPartyCaveatCheckFailed("interaction required")
                return [checkers.declared_caveat("userid", email),
                        checkers.Caveat(location=identity_url, condition="nested")]

        try:
            macaroon = httpbakery.discharge(checkers.AuthContext(), form, identity_key, locator, Checker())
        except bakery.ThirdPartyCaveatCheckFailed:
            visit = base64.urlsafe_b64encode(os.urandom(9)).decode()
            visits[visit] = threading.Event()
            methods = {"agent": {"login-url": "/nowhere"}, "browser-window": {
                "VisitURL": f"login?did={visit}", "WaitTokenURL": f"{identity_url}/wait?did={visit}"}}
            return self.answer(401, {"code": "interaction required", "message": "who are you?",
                                     "Info": {"InteractionMethods": methods}}, {"WWW-Authenticate": "Macaroon"})
        self.answer(200, {"Macaroon": macaroon.to_dict()})


server = ThreadingHTTPServer(("127.0.0.1", port), Dashboard)
identity_url = f"http://127.0.0.1:{port}/identity"
locator = bakery.ThirdPartyStore()
locator.add_info(identity_url, bakery.ThirdPartyInfo(bakery.LATEST_VERSION, identity_key.public_key))
checker = checkers.Checker()
oven = bakery.Oven(key=dashboard_key, location="dashboard", locator=locator, namespace=checker.namespace())
server.serve_forever()
