#!/usr/bin/python3
"""Administers overrides as the product's documentation says, with pymacaroons:  walk.py STORE SSO [--login]

Gets a root macaroon, has it discharged, binds, lists and sets overrides, refreshes the discharge. With --login it only
prints the header that lets one in.
"""
import json
import sys
import urllib.error
import urllib.request

import pymacaroons

store, sso = sys.argv[1:3]


def call(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Accept": "application/json", **(headers or {})}
    if data is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read() or b"{}")


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r} instead of {wanted!r}")


status, _, answer = call("POST", f"{store}/v2/auth/issue-store-admin")
expect("issue-store-admin", (status, list(answer)), (200, ["macaroon"]))
root_raw = answer["macaroon"]
root = pymacaroons.Macaroon.deserialize(root_raw)
caveats = [caveat for caveat in root.caveats if caveat.location == "login.ubuntu.com"]
expect("caveats for login.ubuntu.com", len(caveats), 1)

login = {"email": "becky@example.com", "password": "secret", "caveat_id": caveats[0].caveat_id}
status, _, answer = call("POST", f"{sso}/api/v2/tokens/discharge", login)
expect("discharge", status, 200)
discharge_raw = answer["discharge_macaroon"]


def authorization(discharge_raw):
    bound = root.prepare_for_request(pymacaroons.Macaroon.deserialize(discharge_raw))
    return {
        "Authorization": 'Macaroon root="{0}", discharge="{1}"'.format(root_raw, bound.serialize()),
        "X-Ubuntu-Series": "16",
    }


url = f"{store}/v2/metadata/overrides"
headers = authorization(discharge_raw)
if sys.argv[3:] == ["--login"]:
    print(f"Authorization: {headers['Authorization']}")
    sys.exit()
status, _, answer = call("GET", f"{url}/hello", headers=headers)
expect("list", (status, answer), (200, {"overrides": []}))
wishes = [
    {"snap_name": "hello", "revision": 1, "channel": "stable", "series": "16"},
    {"snap_name": "jq", "revision": None, "channel": "candidate", "series": "16"},
]
status, _, answer = call("POST", url, wishes, headers)
expect("set", status, 200)
entry = answer["overrides"][0]
expect("set: snap", (entry["snap_name"], entry["revision"], entry["upstream_revision"]), ("hello", 1, 2))
expect("set: place", (entry["channel"], entry["architecture"], entry["series"]), ("stable", "amd64", "16"))
status, _, listed = call("GET", f"{url}/hello", headers=headers)
expect("list again", (status, listed["overrides"]), (200, [entry]))

status, _, answer = call("POST", f"{sso}/api/v2/tokens/refresh", {"discharge_macaroon": discharge_raw})
expect("refresh", status, 200)
headers = authorization(answer["discharge_macaroon"])
wishes = [{"snap_name": "hello", "revision": None, "channel": "stable", "series": "16"}]
status, _, answer = call("POST", url, wishes, headers)
expect("remove", (status, answer["overrides"][0]["revision"]), (200, None))

# What is not as it must be lets nobody in.
unbound = {"Authorization": f'Macaroon root="{root_raw}", discharge="{discharge_raw}"'}
for what, wrong in [("no header", {}), ("unbound", unbound), ("root alone", {"Authorization": f'Macaroon root="{root_raw}"'})]:
    status, answered, _ = call("GET", f"{url}/hello", headers=wrong)
    expect(what, (status, "needs_refresh" in answered.get("WWW-Authenticate", "")), (401, False))
print("the documented way works")
