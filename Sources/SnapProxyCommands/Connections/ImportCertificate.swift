import CommandLineKit
import Cryptography
import Foundation
import PostgreSQL
import ProxyState
import Reporting

private let selfSigned = Flag(
  "selfsigned", help: "Make a key and a certificate for proxy.domain, in place of reading them.")
private let anyDomain = Flag("any-domain", help: "Take a certificate that does not name proxy.domain.")

let importCertificate = Command<SnapProxyContext>(
  "import-certificate",
  summary: "Serve HTTPS with a certificate, at once and on every unit.",
  description: """
    Reads PEM from standard input: the certificate, its key, and intermediate certificates, in any order. Run it again to \
    renew. From then on plain HTTP is redirected.
    """,
  parameters: [selfSigned, anyDomain],
  examples: [
    Example("cat fullchain.pem my.key | snap-proxy import-certificate", "a certificate of an authority"),
    Example("snap-proxy import-certificate --selfsigned", "one that devices must be told to trust"),
  ]
) { input, context in
  let text =
    input[selfSigned]
    ? nil : String(decoding: try await context.terminal.readInput(limit: 1 << 20), as: UTF8.self)
  let (actor, allowsOthers) = (context.actor, input[anyDomain])
  let certificate = try await context.withStore { store in
    let domain = try await store.configuration.value(of: .domain) ?? "localhost"
    let certificate = try text.map { try ServerCertificate(parsing: $0) } ?? ServerCertificate.selfSigned(for: domain)
    try certificate.check(at: Date())
    guard allowsOthers || certificate.covers(domain) else {
      throw OtherDomain(domain: domain, certificate: certificate)
    }
    try await store.tls.replace(with: certificate, by: actor)
    return certificate
  }
  let days = Int(certificate.leaf.notAfter.timeIntervalSinceNow / 86400)
  context.terminal.print(
    "Serving HTTPS for \(certificate.leaf.names.joined(separator: ", ")), until \(certificate.leaf.notAfter.formatted(.iso8601))"
  )
  if days < 14 { context.terminal.note("Warning: the certificate ends in \(days) days") }
  if input[selfSigned] {
    context.terminal.note("Devices must be told to trust it: snap set system store-certs.cert1=...")
  }
}

/// A certificate for somebody else.
private struct OtherDomain: UserFacingError {
  let domain: String
  let certificate: ServerCertificate
  var kind: FailureKind { .notConfigured }
  var message: String {
    "cannot use the certificate: it is for \(certificate.leaf.names.joined(separator: ", ")), devices use \(domain)"
  }
  var advice: String? { "set proxy.domain first, or give --any-domain where a load balancer stands in between" }
}
