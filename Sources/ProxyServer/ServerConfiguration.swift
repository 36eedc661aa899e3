public import ProxyState

/// Where the server listens and what it puts up with.
public struct ServerConfiguration: Sendable {
  /// An IP address or a host name; `::` is every address of the machine.
  public var host: String
  /// 0 lets the system choose.
  public var port: Int
  /// The same for TLS, which is served while there is a certificate.
  public var securePort: Int
  /// The pages of the manual; `nil` where there is none.
  public var manualDirectory: String?
  /// Whether `X-Forwarded-Proto` tells how a client came: only where every request passes a load balancer that sets it.
  public var trustsForwardedProtocol = false
  /// What is more is refused or cut off.
  public var limits = Limits()

  /// A server at these addresses.
  public init(host: String, port: Int, securePort: Int = 443, manualDirectory: String? = nil) {
    self.host = host
    self.port = port
    self.securePort = securePort
    self.manualDirectory = manualDirectory
  }

  /// A server where the settings of a store say.
  public init(_ store: ProxyStore, manualDirectory: String? = nil) async throws {
    let address = try await store.configuration.value(of: .address) ?? "[::]"
    let port = try await store.configuration.value(of: .httpPort) ?? "80"
    let securePort = try await store.configuration.value(of: .httpsPort) ?? "443"
    self.init(
      host: address.filter { $0 != "[" && $0 != "]" }, port: Int(port) ?? 80, securePort: Int(securePort) ?? 443,
      manualDirectory: manualDirectory)
    trustsForwardedProtocol = try await store.configuration.isOn(.trustForwardedProtocol)
  }

  /// Limits on what clients may use up.
  public struct Limits: Sendable {
    /// Further connections wait to be accepted.
    public var connections = 10_000
    /// Of one header of a request, in bytes.
    public var headerSize = 16 << 10
    /// Of all headers of a request, in bytes.
    public var headersSize = 32 << 10
    /// How many headers a request may have.
    public var headerCount = 100
    /// A connection on which no request begins, or goes on, is closed after so long.
    public var idleTimeout: Duration = .seconds(75)
    /// From the head of a request to the end of its body.
    public var requestTimeout: Duration = .seconds(60)
    /// So long may a client take for a mebibyte of a file.
    public var stallTimeout: Duration = .seconds(300)
    /// So long may requests run on after the signal to stop.
    public var drainTimeout: Duration = .seconds(30)

    /// The defaults.
    public init() {}
  }
}
