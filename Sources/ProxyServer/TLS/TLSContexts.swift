import Cryptography
import Foundation
import NIOSSL
import Synchronization

/// The certificate that new connections are served with. Replacing it touches no open connection.
final class TLSContexts: Sendable {
  private struct State {
    var pem: String?
    var context: NIOSSLContext?
    var notAfter: Date?
    /// Whether the server had a certificate from its start on.
    var isThereFromStart = false
    /// Nobody shall wait any more.
    var isOver = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// `nil` while there is no certificate.
  var current: NIOSSLContext? { state.withLock { $0.context } }
  /// When the certificate ends.
  var notAfter: Date? { state.withLock { $0.notAfter } }

  /// Whether the server had a certificate from its start on.
  var isThereFromStart: Bool { state.withLock { $0.isThereFromStart } }

  /// - Parameter isFirst: Whether this is the certificate that the server starts with.
  /// - Returns: Whether it is another one than before.
  @discardableResult
  func replace(with certificate: ServerCertificate?, isFirst: Bool = false) throws -> Bool {
    let pem = certificate.map { "\($0.pem)\($0.key)" }
    guard state.withLock({ $0.pem }) != pem else { return false }
    let context = try certificate.map { try NIOSSLContext(configuration: Self.configuration($0)) }
    let waiters = state.withLock { state in
      state.pem = pem
      state.context = context
      if isFirst { state.isThereFromStart = context != nil }
      state.notAfter = certificate?.leaf.notAfter
      guard context != nil else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
    return true
  }

  /// Returns as soon as there is a certificate, ``stopWaiting()`` is or was called, or the task is cancelled.
  func available() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isThere = state.withLock { state in
          if state.context != nil || state.isOver { return true }
          state.waiters.append(continuation)
          return false
        }
        if isThere { continuation.resume() }
      }
    } onCancel: {
      stopWaiting()
    }
  }

  func stopWaiting() {
    let waiters = state.withLock { state in
      state.isOver = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private static func configuration(_ certificate: ServerCertificate) throws -> TLSConfiguration {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.pem.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(certificate.key.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    // Forward secrecy and authenticated encryption alone; version 1.3 has nothing else.
    configuration.cipherSuites = [
      "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")
    configuration.applicationProtocols = ["http/1.1"]
    return configuration
  }
}
