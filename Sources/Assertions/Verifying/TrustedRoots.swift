public import Cryptography

/// The keys that may stand at the end of a chain, by id. The keys themselves travel as their self-signed account-keys.
public struct TrustedRoots: Sendable, Hashable, CustomStringConvertible {
  /// At least one, or nothing can be verified.
  public let ids: Set<SHA3Digest>

  /// These keys.
  public init(_ ids: Set<SHA3Digest>) { self.ids = ids }

  /// Canonical's root, which snapd is built with.
  public static let canonical: TrustedRoots = {
    let text = "-CvQKAwRQ5h3Ffn10FILJoEZUXOv6km9FwA80-Rcj-f-6jadQ89VRswHNiEB9Lxk"
    // Range: the text is the constant above.
    guard let roots = try? TrustedRoots(parsing: text) else { preconditionFailure("the id above is well-formed") }
    return roots
  }()

  /// - Parameter text: Ids in base64url, separated by commas or white space; at least one.
  /// - Throws: ``AssertionError/malformedRoots(_:)``.
  public init(parsing text: String) throws(AssertionError) {
    var ids: Set<SHA3Digest> = []
    for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      do throws(CryptographyError) { ids.insert(try SHA3Digest(base64URL: String(word))) } catch {
        throw .malformedRoots(String(word))
      }
    }
    guard !ids.isEmpty else { throw .malformedRoots(text) }
    self.init(ids)
  }

  /// The ids, sorted, with commas between: what ``init(parsing:)`` reads.
  public var description: String { ids.map(\.base64URL).sorted().joined(separator: ",") }
}
