public import ProxyState

/// Where the server listens, and its limits.
public struct ServerConfiguration: Sendable {
  /// An IP address or a host name; `::` is every address of the machine.
  public var host: String
  /// 0 lets the system choose.
  public var port: Int
  /// The same for TLS, which is served while there is a certificate.
  public var securePort: Int
  /// The pages of the manual; `nil` where there is none.
  public var manualDirectory: String?
  /// What clients may use; the manual's page about operating the server says what happens above each limit.
  public var limits = Limits()

  /// A server at these addresses.
  public init(host: String, port: Int, securePort: Int = 443, manualDirectory: String? = nil) {
    self.host = host
    self.port = port
    self.securePort = securePort
    self.manualDirectory = manualDirectory
  }

  /// A server where the settings of this unit say; no database is needed for it.
  /// - Throws: ``ConfigurationError`` where the settings cannot be read.
  public init(
    ofUnitIn directory: StateDirectory, manualDirectory: String? = nil
  ) throws(ConfigurationError) {
    let unit = try UnitConfiguration.load(from: directory)
    let address = try Self.value(of: .address, in: unit) ?? "[::]"
    self.init(
      host: address.filter { $0 != "[" && $0 != "]" },
      port: try Self.value(of: .httpPort, in: unit).flatMap { Int($0, radix: 10) } ?? 80,
      securePort: try Self.value(of: .httpsPort, in: unit).flatMap { Int($0, radix: 10) } ?? 443,
      manualDirectory: manualDirectory)
  }

  /// A value that was written into the file by hand is checked as one that `config` sets.
  private static func value(
    of key: ConfigurationKey, in unit: UnitConfiguration
  ) throws(ConfigurationError) -> String? {
    guard let value = unit[key] else { return nil }
    return try key.validate(value)
  }

  /// Limits on what clients may use up.
  public struct Limits: Sendable {
    /// Further connections of plain HTTP get the status 503, at most 64 of them at a time; the rest,
    /// and further connections of TLS, are closed. Fewer are held where the system's limit on open files (RLIMIT_NOFILE)
    /// does not let the server have two descriptors for each.
    public var connections = 10_000
    /// Bytes of requests and answers that may be in memory at a time; further requests get the status 503.
    public var bytesInFlight = 256 << 20
    /// Of one header of a request, in bytes; above that, the status 431, or 414 for the target.
    public var headerSize = 16 << 10
    /// Of all headers of a request, in bytes; above that, the status 431.
    public var headersSize = 32 << 10
    /// How many headers a request may have; above that, the status 431.
    public var headerCount = 100
    /// From the beginning of a connection, with its TLS handshake, to the end of the head of the first request; and from
    /// the first byte of a later request to the end of its head. Then the status 408; a connection that sent no byte is closed.
    public var headTimeout: Duration = .seconds(20)
    /// In each such interval a body must bring, and a client that is answered must read, ``leastBytes`` or the rest.
    public var rateInterval: Duration = .seconds(15)
    /// In bytes.
    public var leastBytes = 16 << 10
    /// How long a connection stays open on which no request begins or goes on.
    public var idleTimeout: Duration = .seconds(75)
    /// From the head of a request to the end of its body; then the status 408.
    public var requestTimeout: Duration = .seconds(60)
    /// How long a client may take for a mebibyte of a file; then the connection is closed.
    public var stallTimeout: Duration = .seconds(300)
    /// How long requests may run on after the signal to stop.
    public var drainTimeout: Duration = .seconds(30)

    /// The defaults.
    public init() {}
  }
}
