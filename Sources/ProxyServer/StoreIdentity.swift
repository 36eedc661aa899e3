public import ProxyState

/// Who the store is to devices.
public struct StoreIdentity: Sendable, Hashable {
  /// As the store assertion has it; `nil` before the registration.
  public var storeID: String?
  /// Stands in every URL that devices get.
  public var address: StoreAddress

  /// An identity of its parts.
  public init(storeID: String?, address: StoreAddress) {
    self.storeID = storeID
    self.address = address
  }

  /// What the registration says; before it, what domain and port make.
  public init(_ store: ProxyStore) async throws {
    storeID = try await store.configuration.value(of: .storeID)
    if let url = try await store.configuration.value(of: .storeURL) {
      address = try StoreAddress(url)
    } else {
      address = try StoreAddress(
        domain: try await store.configuration.value(of: .domain) ?? "localhost",
        port: try await store.configuration.value(of: .httpPort).flatMap { Int($0, radix: 10) } ?? 80)
    }
  }
}
