import CPostgreSQL

/// Where a database is and who asks, in either form that libpq reads.
///
/// Its description is redacted; only ``text`` holds the password.
public struct ConnectionString: Sendable, Hashable, CustomStringConvertible {
  /// libpq's keywords and their values, as far as they were given.
  let keywords: [String: String]
  private let secretKeywords: Set<String>

  /// Reads `postgresql://user@host:5432/database` or `host=... user=... dbname=...`.
  /// - Throws: ``PostgreSQLError/malformedConnectionString(reason:)``, which repeats nothing of the text: a slip of the
  ///   pen may have put the password anywhere.
  public init(parsing text: String) throws(PostgreSQLError) {
    guard !text.isEmpty else { throw .malformedConnectionString(reason: "it is empty") }
    guard !text.utf8.contains(0) else { throw .malformedConnectionString(reason: "it holds a zero byte") }
    let credentials = URICredentials(of: text)
    if let credentials, credentials.areUnencoded { throw .unencodedCredentials(server: credentials.server) }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &complaint) else {
      defer { PQfreemem(complaint) }
      // Behind a question mark an @ is a parameter's, unless libpq finds no parameter there.
      if let credentials { throw .unencodedCredentials(server: credentials.server) }
      let reason = complaint.map { Self.withoutQuotations(String(cString: $0)) } ?? "out of memory"
      throw .malformedConnectionString(reason: reason)
    }
    defer { PQconninfoFree(options) }
    var keywords: [String: String] = [:]
    var secret: Set<String> = []
    var option = options
    while let keyword = option.pointee.keyword {
      let name = String(cString: keyword)
      if let display = option.pointee.dispchar, String(cString: display) == "*" { secret.insert(name) }
      if let value = option.pointee.val { keywords[name] = String(cString: value) }
      option += 1
    }
    self.keywords = keywords
    secretKeywords = secret
  }

  private init(keywords: [String: String], secretKeywords: Set<String>) {
    self.keywords = keywords
    self.secretKeywords = secretKeywords
  }

  /// The host, several with commas, or the directory of a socket; `nil` for libpq's default.
  public var host: String? { keywords["host"] ?? keywords["hostaddr"] }
  /// The port, or several with commas; `nil` for libpq's default, 5432.
  public var port: String? { keywords["port"] }
  /// Who asks; `nil` for the name of the operating system's user.
  public var user: String? { keywords["user"] }
  /// The database; `nil` for the one named like the user.
  public var database: String? { keywords["dbname"] }
  /// The password, if it is in the string.
  public var password: String? { keywords["password"] }

  /// The same with another password; `nil` removes it.
  public func settingPassword(_ password: String?) -> ConnectionString { setting("password", to: password) }

  /// The same with another database of the same server.
  public func settingDatabase(_ database: String) -> ConnectionString { setting("dbname", to: database) }

  private func setting(_ keyword: String, to value: String?) -> ConnectionString {
    var keywords = keywords
    keywords[keyword] = value
    return ConnectionString(keywords: keywords, secretKeywords: secretKeywords)
  }

  /// The whole string as a URI, password included: a secret.
  public var text: String { uri(secret: { ConnectionURI.escape($0) }) }

  /// The string as a URI with `<redacted>` for whatever is secret.
  public var description: String { uri(secret: { _ in "<redacted>" }) }

  /// The server for messages: `db.example.com:5432`, or the socket's directory.
  public var server: String {
    guard let host else { return "the local socket" }
    return host.hasPrefix("/") ? host : ConnectionURI.authority(hosts: host, ports: port)
  }

  private func uri(secret: (String) -> String) -> String {
    ConnectionURI.make(keywords) { name, value in
      secretKeywords.contains(name) ? secret(value) : ConnectionURI.escape(value)
    }
  }

  /// libpq quotes the part that it does not understand, which may be the password.
  static func withoutQuotations(_ message: String) -> String {
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    let shown = parts.enumerated().map { $0.offset.isMultiple(of: 2) || $0.element.count == 1 ? $0.element : "..." }
    let joined = shown.joined(separator: "\"")
    return String(joined.drop(while: \.isWhitespace).prefix { !$0.isNewline })
  }
}
