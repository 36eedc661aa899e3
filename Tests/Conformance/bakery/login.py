#!/usr/bin/python3
"""Logs in to a store in the browser's way with py-macaroon-bakery, which stands in for our client:  login.py STORE EMAIL

Gets a macaroon of the dashboard, has it discharged by the login service that it names, exchanges it for a token and
prints whose the token is.
"""
import base64
import json
import sys
import threading
import urllib.request

from macaroonbakery import bakery, httpbakery
from macaroonbakery._utils import macaroon_to_json_string

store, email = sys.argv[1:3]


def call(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(f"{store}{path}", data=data, method=method, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def browse(url):
    # As a browser would: while the client already waits for the token.
    threading.Timer(0.1, lambda: urllib.request.urlopen(f"{url}&auto={email}").read()).start()


wanted = {"permissions": ["store_admin", "package_access"], "description": "py-macaroon-bakery"}
root = bakery.Macaroon.deserialize_json(call("POST", "/api/v2/tokens", wanted)["macaroon"])
client = httpbakery.Client(interaction_methods=[httpbakery.WebBrowserInteractor(open=browse)])
discharges = bakery.discharge_all(root, client.acquire_discharge)
chain = "[" + ",".join(macaroon_to_json_string(macaroon) for macaroon in discharges) + "]"
header = base64.urlsafe_b64encode(chain.encode()).decode()
token = call("POST", "/api/v2/tokens/exchange", {}, {"Macaroons": header})["macaroon"]
identity = call("GET", "/api/v2/tokens/whoami", headers={"Authorization": f"Macaroon {token}"})
print(identity["account"]["email"], len(discharges) - 1)
