public import Reporting

/// Why a device gets no session: which check failed, and on what.
public enum DeviceSessionError: UserFacingError, Equatable {
  /// One of the three assertions that a device sends.
  public enum Part: String, Sendable {
    /// The request that the device signed.
    case request = "device-session-request"
    /// The device's serial.
    case serial
    /// The device's model.
    case model
  }

  /// Check 1: a part is no assertion of its type.
  case unreadable(Part, AssertionError)
  /// Check 1: the parts speak of different devices.
  case disagreement(header: String)
  /// Check 2: a part does not lead to a trusted root.
  case untrusted(Part, AssertionError)
  /// Check 3: the request is not signed with the serial's key.
  case foreignKey
  /// Check 3: the request was changed after it was signed.
  case wrongSignature

  /// 1 to 3, as the reference numbers the checks.
  public var check: Int {
    switch self {
    case .unreadable, .disagreement: 1
    case .untrusted: 2
    case .foreignKey, .wrongSignature: 3
    }
  }

  /// The device is not who it says it is.
  public var kind: FailureKind { .notAuthorised }

  /// Says which part, and what is wrong with it.
  public var message: String {
    switch self {
    case .unreadable(let part, let error), .untrusted(let part, let error):
      "the device's \(part.rawValue) is refused: \(error.message)"
    case .disagreement(let header):
      "cannot give the device a session: its request, serial and model disagree about \(header)"
    case .foreignKey: "cannot give the device a session: its request is not signed with the key in its serial"
    case .wrongSignature: "cannot give the device a session: the signature of its request is wrong"
    }
  }

  /// What the part's own failure advises.
  public var advice: String? {
    switch self {
    case .unreadable(_, let error), .untrusted(_, let error): error.advice
    default: nil
    }
  }
}
