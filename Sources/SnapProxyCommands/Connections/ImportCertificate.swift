import CommandLineKit
import Cryptography
import Foundation
import PostgreSQL
import ProxyState
import Reporting

private let selfSigned = Flag(
  "selfsigned", help: "Make a key and a certificate for proxy.domain, in place of reading them.")
private let anyDomain = Flag(
  "any-domain",
  help: "Accept a certificate that does not name proxy.domain (TLS ends at a load balancer).")

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
  let (certificate, missing) = try await context.withStore { store in
    let domain = try await store.configuration.value(of: .domain) ?? "localhost"
    let certificate = try text.map { try ServerCertificate(parsing: $0) } ?? ServerCertificate.selfSigned(for: domain)
    try certificate.check(for: allowsOthers ? nil : domain, at: Date())
    let known = try await store.configuration.value(of: .certificateAuthorities).map { try Certificate.all(in: $0) }
    let missing = certificate.missingIssuer(among: known ?? [], at: Date())
    try await store.tls.replace(with: certificate, by: actor)
    return (certificate, missing)
  }
  let (leaf, days) = (certificate.leaf, Int(certificate.leaf.notAfter.timeIntervalSinceNow / 86400))
  let names = leaf.names.isEmpty ? "'\(leaf.subject)'" : leaf.names.joined(separator: ", ")
  context.terminal.print("Serving HTTPS for \(names), until \(leaf.notAfter.formatted(.iso8601))")
  if let missing {
    context.terminal.note(
      "Warning: the chain ends with a certificate that '\(missing)' signed, which this host does not know. If that is an "
        + "intermediate authority, devices refuse the chain: import its certificate, too. If it is a root, devices must "
        + "trust it.")
  }
  if days < 14 { context.terminal.note("Warning: the certificate ends in \(days) days") }
  if input[selfSigned] {
    context.terminal.note("Devices must be told to trust it: snap set system store-certs.cert1=...")
  }
}
