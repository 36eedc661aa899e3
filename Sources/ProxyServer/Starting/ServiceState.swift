public import Reporting

/// What the server tells the program that runs it, on its way from the bound port to the end.
public enum ServiceState: Sendable {
  /// The port of plain HTTP is bound. Devices get 503 until the store is open.
  case listening(address: String)
  /// The port of TLS is bound.
  case listeningSecurely(address: String)
  /// The database does not answer, or the store cannot be read from it. The server tries again.
  case waiting(any UserFacingError)
  /// The store is open, and requests are answered.
  case serving
  /// No new requests are taken; running ones are finished.
  case stopping
}
