"""Logs in to an air-gapped store with craft-store as snapcraft does:  exchange.py STORE TOKEN-FILE

snapcraft's client for such stores is a craft_store.BaseClient with these three methods of its own; everything that is
sent and read is craft-store's.
"""
import sys
from pathlib import Path

from craft_store import BaseClient, endpoints, errors
from craft_store.models import snap_list_releases_model
from craft_store.models.account_model import AccountModel

store, token = sys.argv[1], Path(sys.argv[2]).read_text()

ON_PREM = endpoints.Endpoints(
    namespace="snap",
    whoami="/v1/tokens/whoami",
    tokens="",
    tokens_exchange="/v1/tokens/offline/exchange",
    valid_package_types=["snap"],
    list_releases_model=snap_list_releases_model.ListReleasesModel,
)


class OnPremClient(BaseClient):
    def __init__(self, token):
        self.token = token
        super().__init__(
            base_url=f"{store}/publishergw", storage_base_url=store, endpoints=ON_PREM, application_name="conformance",
            user_agent="craft-store", ephemeral=True)

    def _get_macaroon(self, token_request):
        return self.token

    def _get_discharged_macaroon(self, root_macaroon, **kwargs):
        response = self.http_client.request(
            "POST", self._base_url + self._endpoints.tokens_exchange, json={"macaroon": root_macaroon})
        return response.json()["macaroon"]

    def _get_authorization_header(self):
        return f"macaroon {self._auth.get_credentials()}"


def refused(action):
    try:
        action()
    except errors.StoreServerError as error:
        return error.response.status_code, repr(error.error_list)
    sys.exit("nothing was refused")


client = OnPremClient(token.strip())
client.login(permissions=["store_admin"], description="conformance", ttl=3600)
identity = client.whoami()
account = AccountModel.unmarshal(identity["account"])
print(account.email, account.id, identity["permissions"], identity["store-ids"])

overrides = client.request("GET", f"{store}/v2/metadata/overrides")
print(overrides.json())

wrong = OnPremClient(token.strip()[:-4] + "AAAA")
print(*refused(lambda: wrong.login(permissions=[], description="conformance", ttl=3600)))
client._auth.set_credentials("AgEB", force=True)
print(*refused(client.whoami))
