import Foundation
import Glibc
import HTTPClient
import ProxyServer

/// Whether the server on this machine listens.
struct ServiceProbe {
  /// What the server is told to listen on; of "every address" the system takes the loopback one.
  let host: String
  let port: Int

  /// `running`, or why not.
  var result: String {
    let result = connect(to: host)
    // A host without IPv6 listens on every address of IPv4 instead.
    guard host == "::", result != "running" else { return result }
    let other = connect(to: "0.0.0.0")
    return other == "running" ? other : result
  }

  private func connect(to host: String) -> String {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var addresses: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &addresses) == 0 else { return "not running: \(host) is unknown" }
    defer { freeaddrinfo(addresses) }
    var reason = "nothing listens on \(host.contains(":") ? "[\(host)]" : host):\(port)"
    var next = addresses
    while let address = next?.pointee {
      next = address.ai_next
      let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return "running" }
      if errno != ECONNREFUSED { reason = String(cString: strerror(errno)) }
    }
    return "not running: \(reason)"
  }

  /// What the server on this machine says of overrides; nothing where it does not answer.
  static func missingOverrides(_ server: ServerConfiguration) async -> [String] {
    struct Check: Decodable {
      let missing: [String]?
      enum CodingKeys: String, CodingKey { case missing = "missing-overrides" }
    }
    let host = ["::", "0.0.0.0"].contains(server.host) ? "localhost" : server.host
    let shown = host.contains(":") ? "[\(host)]" : host
    var configuration = HTTPClientConfiguration()
    configuration.retries = .never
    configuration.connectTimeout = .seconds(2)
    let request = HTTPRequest(url: "http://\(shown):\(server.port)/_status/check", timeout: .seconds(3))
    guard let response = try? await HTTPClient(configuration).send(request) else { return [] }
    return (try? JSONDecoder().decode(Check.self, from: Data(response.body)))?.missing ?? []
  }
}
