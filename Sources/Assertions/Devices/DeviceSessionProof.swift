public import Foundation
import StoreModel

/// That a request for a session comes from the device that its serial names: checks 1 to 3 of the reference.
///
/// Whether the nonce was ours and unused, and whether the timestamp is plausible, is the server's to check.
public struct DeviceSessionProof: Sendable, Hashable {
  /// Signed by the brand.
  public let model: ModelAssertion
  /// Signed by the brand, or by whom the model lets sign.
  public let serial: SerialAssertion
  /// What the server gave to the device.
  public let nonce: String
  /// By the device's clock, which is often wrong.
  public let timestamp: Date

  /// - Parameters:
  ///   - request: One encoded device-session-request.
  ///   - serial: One encoded serial.
  ///   - model: One encoded model.
  ///   - verifier: Gets the model and what model and serial stand on, for the model's other devices; nothing of this one.
  ///   - find: The newest known assertion with an identity, unverified: the account-keys and accounts that serial and
  ///     model stand on, up to the root's own account-key.
  /// - Throws: ``DeviceSessionError``, which tells the check that failed.
  public init(
    request: [UInt8], serial: [UInt8], model: [UInt8], verifier: inout AssertionVerifier,
    finding find: (AssertionIdentity) -> Assertion?
  ) throws(DeviceSessionError) {
    let request = try Self.read(request, .request)
    do throws(AssertionError) {
      try request.require(.deviceSessionRequest)
      nonce = try request.word("nonce")
      timestamp = try request.date("timestamp")
    } catch { throw .unreadable(.request, error) }
    let serialAssertion = try Self.read(serial, .serial)
    let modelAssertion = try Self.read(model, .model)
    do throws(AssertionError) { self.serial = try SerialAssertion(serialAssertion) } catch {
      throw .unreadable(.serial, error)
    }
    do throws(AssertionError) { self.model = try ModelAssertion(modelAssertion) } catch {
      throw .unreadable(.model, error)
    }
    for header in ["brand-id", "model"] {
      guard modelAssertion[header] == serialAssertion[header] else { throw .disagreement(header: header) }
    }
    for header in ["brand-id", "model", "serial"] {
      guard request[header] == serialAssertion[header] else { throw .disagreement(header: header) }
    }

    do throws(AssertionError) { try verifier.verify([modelAssertion], finding: find) } catch {
      throw .untrusted(.model, error)
    }
    var once = verifier
    do throws(AssertionError) { try once.verify([serialAssertion], finding: find) } catch {
      throw .untrusted(.serial, error)
    }
    guard request.signKeyID == self.serial.deviceKey.id else { throw .foreignKey }
    guard request.isSigned(by: self.serial.deviceKey) else { throw .wrongSignature }
  }

  private static func read(_ bytes: [UInt8], _ part: DeviceSessionError.Part) throws(DeviceSessionError) -> Assertion {
    do throws(AssertionError) { return try Assertion(decoding: bytes) } catch { throw .unreadable(part, error) }
  }
}
