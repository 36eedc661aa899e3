/// libpq's URI form: `postgresql://user:password@host:port/database?keyword=value`.
enum ConnectionURI {
  private static let placed: Set<String> = ["user", "password", "host", "port", "dbname"]

  /// - Parameter spell: Gives a keyword's value as it shall stand in the URI.
  static func make(_ keywords: [String: String], spell: (String, String) -> String) -> String {
    var uri = "postgresql://"
    if let user = keywords["user"] {
      uri += escape(user)
      if let password = keywords["password"] { uri += ":" + spell("password", password) }
      uri += "@"
    }
    var rest = keywords.filter { !placed.contains($0.key) }
    // Without a user there is no place for a password before the host.
    if keywords["user"] == nil, let password = keywords["password"] { rest["password"] = password }
    if let host = keywords["host"] {
      uri += authority(hosts: host, ports: keywords["port"])
    } else if let port = keywords["port"] {
      rest["port"] = port
    }
    if let database = keywords["dbname"] { uri += "/" + escape(database) }
    guard !rest.isEmpty else { return uri }
    let query = rest.sorted { $0.key < $1.key }.map { "\($0.key)=\(spell($0.key, $0.value))" }
    return uri + (keywords["dbname"] == nil ? "/?" : "?") + query.joined(separator: "&")
  }

  /// `a:5432,b:5433`; a port that is not said is 5432, and a socket's directory is escaped.
  static func authority(hosts: String, ports: String?) -> String {
    let hosts = hosts.split(separator: ",", omittingEmptySubsequences: false)
    let ports = (ports ?? "").split(separator: ",", omittingEmptySubsequences: false)
    return hosts.enumerated().map { index, host in
      let port = ports.count == 1 ? ports[0] : (index < ports.count ? ports[index] : "")
      let shown = host.contains(":") ? "[\(host)]" : escape(String(host))
      return "\(shown):\(port.isEmpty ? "5432" : port)"
    }.joined(separator: ",")
  }

  /// Percent-encodes all but RFC 3986's unreserved characters.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return escaped
  }
}
