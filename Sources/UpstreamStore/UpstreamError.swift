public import Reporting
public import StoreAPI

/// Why the upstream store did not do what was asked.
public enum UpstreamError: UserFacingError {
  /// What was named does not exist there.
  /// - Parameter what: For example `snap jq`.
  case notFound(what: String, store: String)
  /// The store has no such service; ours may be the only one that has.
  /// - Parameter service: For example `the registration of proxies`.
  case notOffered(service: String, store: String)
  /// The store refused.
  /// - Parameters:
  ///   - doing: For example `register the proxy`.
  ///   - items: In the store's words; perhaps none.
  case refused(doing: String, status: Int, items: [StoreErrorItem])
  /// The login has expired and cannot be renewed, or there is none.
  case loginRequired(doing: String)
  /// The store does not accept the token in `STORE_ADMIN_TOKEN`.
  case tokenRefused(doing: String)
  /// A web page came in place of an answer, as networks send it that ask for a login first.
  case webPage(doing: String, url: String, status: Int)
  /// The answer makes no sense.
  case malformedAnswer(doing: String, reason: String)
  /// What the store signed is not what was asked for.
  case contradiction(doing: String, reason: String)

  /// The class of the failure.
  public var kind: FailureKind {
    switch self {
    case .notFound: .notFound
    case .notOffered, .malformedAnswer, .webPage: .network
    case .refused(_, let status, _): [401, 403].contains(status) ? .notAuthorised : .network
    case .loginRequired, .tokenRefused: .notAuthorised
    case .contradiction: .integrity
    }
  }

  /// What could not be done, and what the store said to it.
  public var message: String {
    switch self {
    case .notFound(let what, let store): "\(what) not found in the store \(store)"
    case .notOffered(let service, let store): "this store does not offer \(service): \(store)"
    case .refused(let doing, let status, let items):
      if items.isEmpty {
        "cannot \(doing): the store answered with status \(status)"
      } else {
        "cannot \(doing): \(items.map(Self.text).joined(separator: "; "))"
      }
    case .loginRequired(let doing): "cannot \(doing): the store wants to know who asks"
    case .tokenRefused(let doing): "cannot \(doing): the store does not accept the token in STORE_ADMIN_TOKEN"
    case .webPage(let doing, let url, let status):
      "cannot \(doing): \(ShownAddress.text(of: url)) answers with a web page (status \(status)), not as a store does"
    case .malformedAnswer(let doing, let reason): "cannot \(doing): the store's answer makes no sense: \(reason)"
    case .contradiction(let doing, let reason): "cannot \(doing): \(reason)"
    }
  }

  /// What the user can do.
  public var advice: String? {
    switch self {
    case .loginRequired: "log in, or set STORE_ADMIN_TOKEN to what 'store-admin export token' prints"
    case .refused(_, _, let items):
      switch items.lazy.compactMap({ Self.advice(for: $0.code) }).first {
      case let advice?: advice
      case nil: nil
      }
    case .tokenRefused:
      "it may have expired, or be another store's: set STORE_ADMIN_TOKEN to what 'store-admin export token' prints, or unset it"
    case .webPage:
      "check the address; the network may want a login in a web browser first, or a proxy answers in the store's place"
    case .notOffered: "name another store with --upstream or STORE_ADMIN_UPSTREAM"
    default: nil
    }
  }

  private static func advice(for code: String) -> String? {
    switch code {
    case "user-not-ready", "user-missing-latest-tos":
      "complete the account first, at https://snapcraft.io/account"
    case "macaroon-permission-required":
      "the token lacks a permission: set STORE_ADMIN_TOKEN to what 'store-admin export token' prints, or to nothing"
    case "macaroon-authorization-required": "log in again"
    default: nil
    }
  }

  /// A server's words, made harmless for a terminal.
  private static func text(_ item: StoreErrorItem) -> String {
    let words = item.message.isEmpty ? item.code : item.message
    return String(
      String.UnicodeScalarView(words.unicodeScalars.prefix(500).filter { $0.value >= 0x20 && $0 != "\u{7f}" }))
  }
}
