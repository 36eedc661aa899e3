import Cryptography
import Foundation
import Glibc
import PostgreSQL
import PostgreSQLTesting
import ProcessTesting
import ProxyState
import Testing

@Suite("Configuration repository") struct ConfigurationRepositoryTests {
  @Test("what is not set is its default; an empty value unsets")
  func defaults() async throws {
    let test = try await TestStore.make()
    let configuration = test.store.configuration
    #expect(try await configuration.value(of: .domain) == "localhost")
    #expect(try await configuration.value(of: .storeID) == nil)
    try await configuration.set([.domain: "snaps.internal", .httpPort: "8080", .airgap: "true"])
    #expect(try await configuration.value(of: .domain) == "snaps.internal")
    #expect(try await configuration.value(of: .httpPort) == "8080")
    #expect(try await configuration.isOn(.airgap))
    try await configuration.set([.domain: "", .httpPort: nil])
    #expect(try await configuration.value(of: .domain) == "localhost")
    #expect(try await configuration.value(of: .httpPort) == "80")
    let all = try await configuration.all()
    #expect(all.map(\.key) == ConfigurationKey.all)
    #expect(
      all.filter(\.isSet).map(\.key.name) == ["proxy.airgap", "proxy.auth.secret", "proxy.device-auth.secret"])
  }

  @Test("shared keys are in the database, those of the unit in its file")
  func scopes() async throws {
    let test = try await TestStore.make()
    try await test.store.configuration.set([.domain: "snaps.internal", .httpPort: "8080"])
    #expect(
      try test.database.psql("SELECT name, value FROM configuration WHERE name NOT LIKE '%.secret'")
        == "proxy.domain|snaps.internal")
    let unit = try UnitConfiguration.load(from: test.store.directory)
    #expect(unit[.httpPort] == "8080")
    #expect(unit[.domain] == nil)
  }

  @Test("one refused value leaves all others as they were")
  func atomic() async throws {
    let test = try await TestStore.make()
    await #expect(throws: ConfigurationError.self) {
      try await test.store.configuration.set([.domain: "new", .httpPort: "8080", .airgap: "perhaps"])
    }
    #expect(try await test.store.configuration.holdsNothing())
  }

  @Test("a secret that was unset is made once, also by concurrent callers", .timeLimit(.minutes(5)))
  func secret() async throws {
    let test = try await TestStore.make()
    try await test.store.configuration.set([.deviceAuthenticationSecret: nil])
    let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 { group.addTask { try await test.store.configuration.secret(.deviceAuthenticationSecret) } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(secrets.count == 1)
    #expect(secrets.first?.count == 32)
    let text = try test.database.psql("SELECT value FROM configuration WHERE name = 'proxy.device-auth.secret'")
    #expect(Data(base64Encoded: text).map(Array.init) == secrets.first)
    #expect(
      try await test.store.configuration.all().filter(\.isSet).map(\.redactedValue) == ["<redacted>", "<redacted>"])
  }

  @Test("a certificate and a key that do not belong together are refused, together and one after the other")
  func certificate() async throws {
    let test = try await TestStore.make()
    let configuration = test.store.configuration
    let (first, second) = (
      try ServerCertificate.selfSigned(for: "a.internal"), try ServerCertificate.selfSigned(for: "b.internal")
    )
    await #expect(throws: CertificateError.keyDoesNotMatch) {
      try await configuration.set([.tlsCertificate: first.pem, .tlsKey: second.key])
    }
    #expect(try await configuration.holdsNothing())
    try await configuration.set([.tlsCertificate: first.pem])
    #expect(try await test.store.tls.current() == nil)
    await #expect(throws: CertificateError.keyDoesNotMatch) { try await configuration.set([.tlsKey: second.key]) }
    try await configuration.set([.tlsKey: first.key])
    #expect(try await test.store.tls.current()?.leaf.names == ["a.internal"])
    try await configuration.set([.tlsCertificate: second.pem, .tlsKey: second.key])
    #expect(try await test.store.tls.current()?.leaf.names == ["b.internal"])
  }

  @Test("a certificate that no device would accept is refused, and the settings stay as they were")
  func unacceptableCertificate() async throws {
    let test = try await TestStore.make()
    let configuration = test.store.configuration
    let scratch = try ScratchDirectory()
    let good = try ServerCertificate.selfSigned(for: "a.internal")
    let changes: [ConfigurationKey: String?] = [.tlsCertificate: good.pem, .tlsKey: good.key]
    await #expect(throws: CertificateError.expired(subject: good.leaf.subject, since: good.leaf.notAfter)) {
      try await configuration.set(changes, checkingCertificateAt: good.leaf.notAfter + 1)
    }
    for (key, extra) in [("rsa:768", "serverAuth"), ("rsa:2048", "clientAuth")] {
      try Shell.run([
        "openssl", "req", "-x509", "-newkey", key, "-nodes", "-days", "2", "-subj", "/CN=a", "-addext",
        "subjectAltName=DNS:a.internal", "-addext", "extendedKeyUsage=\(extra)", "-keyout", "\(scratch.path)/key",
        "-out",
        "\(scratch.path)/certificate",
      ])
      let certificate = try String(contentsOfFile: "\(scratch.path)/certificate", encoding: .utf8)
      let privateKey = try String(contentsOfFile: "\(scratch.path)/key", encoding: .utf8)
      let error = await #expect(throws: CertificateError.self) {
        try await configuration.set([.tlsCertificate: certificate, .tlsKey: privateKey])
      }
      guard case .refused = error else {
        Issue.record("\(key), \(extra): \(String(describing: error))")
        continue
      }
    }
    #expect(try await configuration.holdsNothing())
    // What another store accepted before is copied as it is.
    try await configuration.set(changes, checkingCertificateAt: nil)
    #expect(try await test.store.tls.current()?.leaf.names == ["a.internal"])
  }

  @Test("each change of the certificate is announced, and no other setting is")
  func announcements() async throws {
    let test = try await TestStore.make()
    func generation() throws -> Int? { try Int(test.database.psql("SELECT generation FROM catalogue_state")) }
    let certificate = try ServerCertificate.selfSigned(for: "a.internal")
    var last = try #require(try generation())
    for changes in [
      [.tlsCertificate: certificate.pem, .tlsKey: certificate.key], [.tlsKey: nil], [.tlsKey: certificate.key],
      [.tlsCertificate: nil, .tlsKey: nil],
    ] as [[ConfigurationKey: String?]] {
      try await test.store.configuration.set(changes)
      let next = try #require(try generation())
      #expect(next == last + 1)
      last = next
    }
    try await test.store.configuration.set([.domain: "snaps.internal", .httpPort: "8080"])
    #expect(try generation() == last)
  }

  @Test("a certificate is removed with its key, once, and that is in the audit") func removal() async throws {
    let test = try await TestStore.make()
    try await test.store.tls.replace(with: try ServerCertificate.selfSigned(for: "a.internal"), by: "anna")
    let before = try test.database.psql("SELECT generation FROM catalogue_state")
    #expect(try await test.store.tls.remove(by: "anna"))
    #expect(try await test.store.tls.current() == nil)
    #expect(try await test.store.configuration.holdsNothing())
    #expect(try test.database.psql("SELECT generation > \(before) FROM catalogue_state") == "t")
    #expect(try await test.store.tls.remove(by: "anna") == false)
    #expect(try await test.store.audit.newest().map(\.action) == ["remove-certificate", "import-certificate"])
  }

  @Test("the registration is part of the configuration")
  func registration() async throws {
    let test = try await TestStore.make()
    #expect(try await test.store.registration.current() == nil)
    let registration = Registration(
      storeID: "3dqTufgqR25SBaBoCuqCFwLcU01Gp24U", url: "http://snaps.internal", privateKey: nil, publicKey: "key")
    try await test.store.database.transaction {
      try await test.store.registration.replace(with: registration, domain: "snaps.internal", in: $0)
    }
    #expect(try await test.store.registration.current() == registration)
    #expect(try await test.store.configuration.value(of: .domain) == "snaps.internal")
  }
}

@Suite("Unit configuration") struct UnitConfigurationTests {
  @Test("is readable by its owner alone, and keeps what it does not know")
  func file() throws {
    let files = try TemporaryDirectory()
    let directory = StateDirectory(path: files.path)
    try Data(#"{"future": {"a": [1, true, null, "x"]}, "proxy.port.http": 8080}"#.utf8)
      .write(to: URL(filePath: directory.unitFile))
    #expect(try UnitConfiguration.load(from: directory)[.httpPort] == "8080")
    try UnitConfiguration.update(in: directory) { $0[.address] = "127.0.0.1" }
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.unitFile)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let future = try Shell.run([
      "python3", "-c", "import json,sys; print(json.load(open(sys.argv[1]))['future'])", directory.unitFile,
    ])
    #expect(future == "{'a': [1, True, None, 'x']}")
    #expect(try UnitConfiguration.load(from: directory)[.httpPort] == "8080")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: files.path).sorted() == ["unit.json", "unit.json.lock"])
  }

  @Test("changes of many at once all land")
  func concurrent() async throws {
    let files = try TemporaryDirectory()
    let directory = StateDirectory(path: files.path)
    let ports = ConfigurationKey.all.filter { $0.name.hasPrefix("proxy.port.") }
    await withThrowingTaskGroup(of: Void.self) { group in
      for key in ports { group.addTask { try UnitConfiguration.update(in: directory) { $0[key] = "1" } } }
    }
    let unit = try UnitConfiguration.load(from: directory)
    #expect(ports.allSatisfy { unit[$0] == "1" })
  }

  @Test("what is no JSON object is told, with its path")
  func malformed() throws {
    let files = try TemporaryDirectory()
    let directory = StateDirectory(path: files.path)
    try Data("[]".utf8).write(to: URL(filePath: directory.unitFile))
    let error = #expect(throws: ConfigurationError.self) { try UnitConfiguration.load(from: directory) }
    #expect(error?.message.contains(directory.unitFile) == true)
  }
}

@Suite("State directory") struct StateDirectoryTests {
  @Test("the first that is said counts")
  func order() throws {
    let files = try TemporaryDirectory()
    let record = "\(files.path)/installation.json"
    var environment = [
      "SNAP_PROXY_HOME": "/a", "SNAP_COMMON": "/b", "XDG_STATE_HOME": "/x", "HOME": "/home/u",
    ]
    func resolved(_ option: String?, root: Bool) throws -> String {
      try StateDirectory.resolve(option: option, environment: environment, isRoot: root, installation: record).path
    }
    #expect(try resolved("/o/", root: true) == "/o")
    #expect(try resolved(nil, root: true) == "/a")
    environment["SNAP_PROXY_HOME"] = nil
    #expect(try resolved(nil, root: true) == "/b")
    environment["SNAP_COMMON"] = ""
    #expect(try resolved(nil, root: true) == "/var/lib/snap-proxy")
    #expect(try resolved(nil, root: false) == "/x/snap-proxy")
    environment["XDG_STATE_HOME"] = nil
    #expect(try resolved(nil, root: false) == "/home/u/.local/state/snap-proxy")
  }
}
