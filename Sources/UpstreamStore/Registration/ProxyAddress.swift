import HTTPClient
public import Reporting
import StoreModel

/// The address that devices use for a proxy, in the one form that a store assertion holds it: lower-case host, no
/// default port, no path and no trailing slash.
public struct ProxyAddress: Hashable, Sendable, CustomStringConvertible {
  /// For example `https://snaps.internal:8443`.
  public let description: String

  /// - Throws: ``ProxyAddressError``.
  public init(parsing text: String) throws(ProxyAddressError) {
    let address: WebAddress
    do { address = try WebAddress(parsing: text) } catch {
      throw ProxyAddressError(text: error.shownURL, reason: "it is no http or https address of a host")
    }
    guard address.path == "/", !address.description.contains("?"), !text.contains("#") else {
      // What looks like a path may be a user and a password behind a mistyped scheme.
      throw ProxyAddressError(
        text: ShownAddress.text(of: address.description), reason: "it must end after the host and the port")
    }
    do throws(HostNameError) { _ = try HostName(writtenIn: text) } catch {
      throw ProxyAddressError(
        text: ShownAddress.text(of: text), reason: "'\(ShownAddress.text(of: error.text))' is no host: \(error.reason)")
    }
    guard address.port != 0 else {
      throw ProxyAddressError(text: ShownAddress.text(of: text), reason: "no server has the port 0")
    }
    description = String(address.withoutQuery.dropLast())
  }
}

/// An address that no proxy can have.
public struct ProxyAddressError: UserFacingError, Equatable {
  let text: String
  let reason: String

  /// The address was given by the user.
  public var kind: FailureKind { .usage }
  /// Which address, and why.
  public var message: String { "cannot use '\(text)' as the address of a proxy: \(reason)" }
  /// An example.
  public var advice: String? { "give it as in https://snaps.example.com or http://snaps.example.com:8080" }
}

extension HTTPClientError {
  fileprivate var shownURL: String { if case .invalidRequest(let url, _) = self { url } else { "" } }
}
