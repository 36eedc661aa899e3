import Cryptography
import JSONSupport

/// Makes every address in an answer of the upstream store that a device would follow one of ours.
struct LinkRewriter: Sendable {
  let links: SignedLinks
  let address: StoreAddress
  /// The upstream store's own, without a slash at the end.
  let upstream: String
  /// Whether the device showed who it is. What such a device sees, and does not say to be public, may be for it alone.
  let isAuthorised: Bool

  /// A `snap` object, or an entry of a channel map. What cannot be rewritten is taken out: a device must not find a way
  /// around us.
  func rewrite(snap: inout JSONValue, isPrivate: Bool? = nil) {
    let isPrivate = isPrivate ?? snap["private"]?.isTrue ?? isAuthorised
    if var download = snap["download"] {
      rewrite(file: &download, isPrivate: isPrivate)
      if let deltas = download["deltas"] {
        download["deltas"] = .array(
          deltas.elements.map { delta in
            var delta = delta
            rewrite(file: &delta, isPrivate: isPrivate)
            return delta
          })
      }
      snap["download"] = download
    }
    if let resources = snap["resources"] {
      snap["resources"] = .array(
        resources.elements.map { resource in
          var resource = resource
          if var download = resource["download"] {
            rewrite(file: &download, isPrivate: isPrivate)
            resource["download"] = download
          }
          return resource
        })
    }
    if let media = snap["media"] {
      snap["media"] = .array(
        media.elements.map { medium in
          var medium = medium
          medium["url"] = medium["url"]?.text.flatMap {
            link(UpstreamFile(url: $0, sha3: nil, size: nil, isPrivate: false))
          }
          .map { .string($0) }
          return medium
        })
    }
  }

  /// An address that leads to the upstream store's API leads to the same path of ours; any other is sealed.
  func rewrite(stream url: String) -> String? {
    if url.hasPrefix(upstream + "/v2/assertions/") { return "\(address)\(url.dropFirst(upstream.count))" }
    return link(UpstreamFile(url: url, sha3: nil, size: nil, isPrivate: false))
  }

  /// An object with `url`, `size` and `sha3-384`.
  private func rewrite(file: inout JSONValue, isPrivate: Bool) {
    guard let url = file["url"]?.text, !url.isEmpty else { return }
    let digest = file["sha3-384"]?.text.flatMap { try? SHA3Digest(hex: $0) }
    let target = UpstreamFile(url: url, sha3: digest, size: file["size"]?.integer, isPrivate: isPrivate)
    file["url"] = .string(link(target) ?? "")
  }

  private func link(_ file: UpstreamFile) -> String? {
    guard file.url.hasPrefix("https://") || file.url.hasPrefix("http://") else { return nil }
    return try? links.link(to: file, at: address)
  }
}
