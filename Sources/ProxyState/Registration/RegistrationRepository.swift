public import PostgreSQL

/// Who this proxy is to devices and to the upstream store.
public struct Registration: Sendable, Hashable {
  /// The identity in the store assertion.
  public var storeID: String
  /// The address in the store assertion; `nil` where it says none.
  public var url: String?
  /// The proxy's key, PEM; a secret.
  public var privateKey: String?
  /// Its public half.
  public var publicKey: String?

  /// A registration of its parts.
  public init(storeID: String, url: String?, privateKey: String?, publicKey: String?) {
    self.storeID = storeID
    self.url = url
    self.privateKey = privateKey
    self.publicKey = publicKey
  }
}

/// The registration, which stands in the configuration, so that a backup of that is complete. The store assertion stands
/// with the assertions.
public struct RegistrationRepository: Sendable {
  private let configuration: ConfigurationRepository

  /// The registration in a configuration.
  public init(configuration: ConfigurationRepository) { self.configuration = configuration }

  /// The registration; `nil` before it.
  public func current() async throws -> Registration? {
    guard let id = try await configuration.value(of: .storeID) else { return nil }
    return Registration(
      storeID: id, url: try await configuration.value(of: .storeURL),
      privateKey: try await configuration.value(of: .privateKey),
      publicKey: try await configuration.value(of: .publicKey))
  }

  /// Replaces the registration, in the transaction that stores its assertions.
  /// - Parameter domain: What devices call the proxy, where the registration says it.
  public func replace(with registration: Registration, domain: String? = nil, in transaction: Transaction) async throws
  {
    var changes: [ConfigurationKey: String?] = [
      .storeID: registration.storeID, .storeURL: registration.url, .privateKey: registration.privateKey,
      .publicKey: registration.publicKey,
    ]
    if let domain { changes[.domain] = domain }
    try await configuration.set(changes, in: transaction)
  }
}
