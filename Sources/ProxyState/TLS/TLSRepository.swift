public import Cryptography
public import PostgreSQL

/// The certificate of the proxy, in the configuration. A change is announced to all units as a change of the catalogue is.
public struct TLSRepository: Sendable {
  private let configuration: ConfigurationRepository
  private let database: ConnectionPool

  /// The certificate in a configuration.
  public init(configuration: ConfigurationRepository, database: ConnectionPool) {
    self.configuration = configuration
    self.database = database
  }

  /// The certificate; `nil` where plain HTTP alone is served.
  public func current() async throws -> ServerCertificate? {
    try await ConfigurationRepository.certificate(in: database)
  }

  /// Why devices that use `proxy.domain` refuse the certificate: it is for other hosts.
  /// - Returns: `nil` where the certificate covers the domain, and where there is no usable certificate.
  public func mismatch() async throws -> CertificateError? {
    let certificate: ServerCertificate?
    do { certificate = try await current() } catch is CertificateError { return nil }
    return certificate?.mismatch(with: try await configuration.value(of: .domain) ?? "localhost")
  }

  /// Turns TLS off on all units.
  /// - Returns: Whether there was a certificate or a key.
  public func remove(by actor: String) async throws -> Bool {
    try await database.transaction { transaction in
      try await CatalogueState.lock(in: transaction)
      let names = ConfigurationKey.certificateKeys.map(\.name)
      let removed = try await transaction.execute("DELETE FROM configuration WHERE name = ANY(\(names))")
      guard removed > 0 else { return false }
      try await AuditRepository(database: transaction).record(
        "remove-certificate", of: "store", by: actor, in: transaction)
      try await CatalogueState.announce(in: transaction)
      return true
    }
  }

  /// Replaces it on all units.
  public func replace(with certificate: ServerCertificate, by actor: String) async throws {
    try await database.transaction { transaction in
      try await CatalogueState.lock(in: transaction)
      try await configuration.set(
        [.tlsCertificate: certificate.pem, .tlsKey: certificate.key], in: transaction)
      try await AuditRepository(database: transaction).record(
        "import-certificate",
        of: certificate.leaf.names.first.map { _ in certificate.leaf.names.joined(separator: " ") }
          ?? certificate.leaf.subject, by: actor, in: transaction)
      try await CatalogueState.announce(in: transaction)
    }
  }
}
