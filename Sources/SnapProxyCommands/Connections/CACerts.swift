import CommandLineKit
import Cryptography
import Foundation
import PostgreSQL
import ProxyState

let useCACerts = Command<SnapProxyContext>(
  "use-ca-certs",
  summary: "Trust only these certificate authorities for outgoing connections.",
  description: "Reads PEM from standard input. A running server follows when it is started again.",
  examples: [Example("cat your-ca.crt another-ca.crt | snap-proxy use-ca-certs", "trust two authorities alone")]
) { _, context in
  let text = String(decoding: try await context.terminal.readInput(limit: 1 << 20), as: UTF8.self)
  let certificates = try Certificate.all(in: text)
  for certificate in certificates where !certificate.isAuthority && !certificate.isSelfSigned {
    throw CertificateError.noAuthority(subject: certificate.subject, issuer: certificate.issuer)
  }
  let actor = context.actor
  try await context.withStore { store in
    try await store.configuration.set([.certificateAuthorities: certificates.map(\.pem).joined()])
    try await store.audit.record("use-ca-certs", of: "store", by: actor, in: store.database)
  }
  for certificate in certificates {
    let names = certificate.isAuthority ? "" : ", for \(certificate.names.joined(separator: ", ")) alone"
    context.terminal.print("Trusting \(certificate.subject)\(names)")
    if certificate.notAfter <= Date() {
      context.terminal.note(
        "Warning: '\(certificate.subject)' ended on \(certificate.notAfter.formatted(.iso8601)); no connection trusts it"
      )
    } else if certificate.notBefore > Date() {
      context.terminal.note(
        "Warning: '\(certificate.subject)' begins on \(certificate.notBefore.formatted(.iso8601)); check the clock")
    }
  }
}

let removeCACerts = Command<SnapProxyContext>(
  "remove-ca-certs",
  summary: "Trust the system's certificate authorities again.",
  examples: [Example("snap-proxy remove-ca-certs", "undo use-ca-certs")]
) { _, context in
  let actor = context.actor
  try await context.withStore { store in
    try await store.configuration.set([.certificateAuthorities: nil])
    try await store.audit.record("remove-ca-certs", of: "store", by: actor, in: store.database)
  }
  context.terminal.print("Trusting the system's certificate authorities")
}
