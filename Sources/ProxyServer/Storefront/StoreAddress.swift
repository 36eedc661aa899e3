import Cryptography
import Foundation
import ProxyState
import StoreModel

/// Where devices find us. Every URL that we hand out begins so; the `Host` of a request never matters, since it is the
/// client's word.
public struct StoreAddress: Sendable, Hashable, CustomStringConvertible {
  /// Without a slash at the end.
  public let description: String
  /// Without scheme and port.
  let host: String

  /// - Throws: ``ServerError/malformedAddress(_:)`` for what is not `http://host[:port]` or `https://host[:port]`.
  public init(_ text: String) throws(ServerError) {
    var trimmed = text[...]
    while trimmed.last == "/" { trimmed.removeLast() }
    guard let url = URLComponents(string: String(trimmed)), url.scheme == "http" || url.scheme == "https",
      let host = url.host, !host.isEmpty, url.path.isEmpty, url.query == nil, url.fragment == nil, url.user == nil
    else { throw .malformedAddress(text) }
    description = String(trimmed)
    self.host = host
  }

  /// The address that a host name, or an address in or without brackets, and a port make.
  /// - Throws: ``ServerError/malformedAddress(_:)``.
  public init(domain: String, port: Int) throws(ServerError) {
    let host = domain.contains(":") && !domain.hasPrefix("[") ? "[\(domain)]" : domain
    try self.init(port == 80 ? "http://\(host)" : "http://\(host):\(port)")
  }

  func download(of revision: Revision, of snap: SnapID) -> String {
    "\(description)/api/v1/snaps/download/\(snap)_\(revision).snap"
  }

  func icon(_ icon: CatalogueIcon) -> String {
    "\(description)/api/v1/icons/\(icon.sha3.hex).\(icon.fileExtension)"
  }

  /// - Parameter key: The parts of the primary key, without trailing ones that have their default.
  func assertion(type: String, key: [String], maxFormat: Int) -> String {
    let path = ([type] + key).map(Self.escaped).joined(separator: "/")
    return "\(description)/v2/assertions/\(path)?max-format=\(maxFormat)"
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

  private static func escaped(_ part: String) -> String {
    part.addingPercentEncoding(withAllowedCharacters: unreserved) ?? part
  }
}
