import Foundation
import ProxyState
import Reporting
import Testing

@Suite("Configuration keys") struct ConfigurationKeyTests {
  @Test("every key has a name of its own, a summary that is a sentence, and a default that it accepts")
  func table() throws {
    #expect(Set(ConfigurationKey.all.map(\.name)).count == ConfigurationKey.all.count)
    #expect(ConfigurationKey.all.map(\.name) == ConfigurationKey.all.map(\.name).sorted())
    for key in ConfigurationKey.all {
      #expect(key.summary.hasSuffix("."), "\(key.name)")
      #expect(ConfigurationKey(named: key.name) == key)
      if let value = key.defaultValue { #expect(try key.validate(value) == value, "\(key.name)") }
      #expect(!(key.isSecret && key.defaultValue != nil))
    }
  }

  @Test("every key of the original product is known")
  func complete() {
    let names = """
      proxy.domain proxy.ipaddress proxy.port.http proxy.port.https proxy.port.snapdevicegw proxy.port.snapident
      proxy.port.snaprevs proxy.port.snapauth proxy.port.packagereview proxy.port.snapmodels proxy.port.publishergw
      proxy.port.snapstorage proxy.port.snapassert proxy.port.storeadmingw proxy.port.memcached proxy.upstream
      proxy.dashboard.location proxy.sso.location proxy.sso.public.key proxy.trust-forwarded-proto proxy.auth.secret
      proxy.device-auth.secret proxy.device-auth.allowed-device-service-urls proxy.hsm.token-label proxy.hsm.token-pin
      proxy.cache.size proxy.memcached.connection proxy.use-postgres-over-memcached proxy.db.connection proxy.tls.cert
      proxy.tls.key proxy.admin-emails proxy.key.private proxy.key.public proxy.https.proxy proxy.airgap
      proxy.oci-registry.domain proxy.oci-registry.username proxy.oci-registry.password proxy.storage.backend
      proxy.storage.s3.region proxy.storage.s3.server-url proxy.storage.s3.use-path-style
      proxy.storage.s3.access-key-id proxy.storage.s3.secret-access-key proxy.storage.s3.unscanned-container-name
      proxy.storage.s3.scanned-container-name internal.store.id internal.store.url
      internal.snapassert.signing.revisions.key internal.snapassert.signing.revisions.key-id
      internal.snapassert.signing.revisions.account-id internal.publishergw.snapmodels.read-timeout
      internal.airgap.gateway-hash internal.airgap.store.admin.id internal.airgap.store.admin.macaroon-sha3-384
      internal.airgap.store.provenance-allowlist internal.storeadmingw.admin-auth-token
      internal.snapstorage.local-origin-secret internal.snapstorage.hmac-shared-key proxy.trust.root-keys
      internal.trust.certificate-authorities
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(Set(names) == Set(ConfigurationKey.all.map(\.name)))
  }

  @Test(
    "keeps one spelling of a value",
    arguments: [
      ("proxy.airgap", "true", "True"), ("proxy.airgap", "FALSE", "False"), ("proxy.port.http", "8080", "8080"),
      ("proxy.domain", "snaps.internal", "snaps.internal"), ("proxy.domain", "[2001:db8::1]", "[2001:db8::1]"),
      ("proxy.ipaddress", "127.0.0.1", "127.0.0.1"), ("proxy.upstream", "http://127.0.0.1:9/", "http://127.0.0.1:9"),
      ("proxy.memcached.connection", #"["a","b/c"]"#, #"["a", "b/c"]"#),
      ("proxy.key.private", "\n-----BEGIN X-----\nYQ==\n-----END X-----", "-----BEGIN X-----\nYQ==\n-----END X-----\n"),
      ("proxy.db.connection", "host=h user=u", "host=h user=u"),
    ])
  func canonical(name: String, value: String, kept: String) throws {
    #expect(try #require(ConfigurationKey(named: name)).validate(value) == kept)
  }

  @Test(
    "refuses what does not fit, as a wrong command line",
    arguments: [
      ("proxy.airgap", "yes"), ("proxy.port.http", "0"), ("proxy.port.http", "70000"), ("proxy.port.http", "http"),
      ("proxy.domain", "http://snaps"), ("proxy.domain", "a b"), ("proxy.domain", ""), ("proxy.domain", "a:80"),
      ("proxy.ipaddress", "localhost"), ("proxy.upstream", "ftp://x"), ("proxy.upstream", "api.snapcraft.io"),
      ("proxy.upstream", "https://user:pw@x"), ("proxy.memcached.connection", "[1]"), ("proxy.auth.secret", "c2hvcnQ="),
      ("proxy.key.private", "hunter2"), ("proxy.db.connection", "nonsense"), ("proxy.trust.root-keys", "abc"),
    ])
  func malformed(name: String, value: String) throws {
    let key = try #require(ConfigurationKey(named: name))
    let error = #expect(throws: ConfigurationError.self) { try key.validate(value) }
    #expect(error?.kind == .usage)
    if key.isSecret { #expect(error?.message.contains(value) == false) }
  }

  @Test("what this version cannot honour is refused, except its default")
  func notYet() throws {
    for (name, value) in [
      ("proxy.storage.backend", "s3"), ("proxy.oci-registry.username", "u"), ("proxy.hsm.token-pin", "1234"),
    ] {
      let key = try #require(ConfigurationKey(named: name))
      let error = #expect(throws: ConfigurationError.self) { try key.validate(value) }
      #expect(error?.kind == .notConfigured)
      #expect(error?.message.contains(name) == true)
      if let value = key.defaultValue { #expect(try key.validate(value) == value) }
    }
  }

  @Test("what the original's services need is kept, and said to be unused")
  func unused() throws {
    let key = try #require(ConfigurationKey(named: "proxy.port.snaprevs"))
    #expect(try key.validate("9002") == "9002")
    #expect(key.note?.contains("not used by this implementation") == true)
    #expect(ConfigurationKey.domain.note == nil)
  }

  @Test("lists hide secrets, and the password in the connection string alone")
  func redaction() {
    #expect(ConfigurationKey.authenticationSecret.redacted("x") == "<redacted>")
    #expect(ConfigurationKey.domain.redacted("x") == "x")
    #expect(
      ConfigurationKey.databaseConnection.redacted("postgresql://snapproxy:pw@10.126.46.135:5432/snapproxy")
        == "postgresql://snapproxy:<redacted>@10.126.46.135:5432/snapproxy")
  }
}
