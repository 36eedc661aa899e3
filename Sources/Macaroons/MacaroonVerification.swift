import Cryptography
import Reporting

extension Macaroon {
  /// The conditions that the macaroon and its discharges hold, in the order of the walk.
  ///
  /// Whoever calls judges them: a condition that it does not know is a refusal. They are given only after every
  /// signature was right, since before that anybody may have written them.
  /// - Parameter discharges: Bound to this macaroon; each must answer exactly one caveat.
  /// - Throws: ``MacaroonError``.
  public func verifiedConditions(rootKey: [UInt8], discharges: [Macaroon] = []) throws(MacaroonError) -> [String] {
    guard discharges.count <= MacaroonLimits.discharges else {
      throw .tooLarge(what: "the number of discharges", limit: MacaroonLimits.discharges)
    }
    var unused = discharges
    let conditions = try walk(
      derivedKey: MacaroonSignature.derivedKey(of: rootKey), root: nil, unused: &unused, depth: 0)
    guard unused.isEmpty else { throw .unusedDischarge }
    return conditions
  }

  private func walk(derivedKey: [UInt8], root: [UInt8]?, unused: inout [Macaroon], depth: Int) throws(MacaroonError)
    -> [String]
  {
    guard depth <= MacaroonLimits.depth else {
      throw .tooLarge(what: "the nesting of discharges", limit: MacaroonLimits.depth)
    }
    var conditions: [String] = []
    var current = MacaroonSignature.first(derivedKey: derivedKey, identifier: identifier)
    for caveat in caveats {
      if let sealed = caveat.verificationID {
        guard let index = unused.firstIndex(where: { $0.identifier == caveat.id }) else {
          throw .missingDischarge
        }
        // What is sealed is the derived key already.
        guard sealed.dropFirst(SecretBox.nonceCount).count == 16 + 32,
          let key = SecretBox.open(
            Array(sealed.dropFirst(SecretBox.nonceCount)), key: current,
            nonce: Array(sealed.prefix(SecretBox.nonceCount)))
        else { throw .signatureMismatch }
        let discharge = unused.remove(at: index)
        conditions.append(
          contentsOf: try discharge.walk(
            derivedKey: key, root: root ?? signature, unused: &unused, depth: Saturating.sum(depth, 1)))
      } else {
        guard let condition = String(validating: caveat.id, as: UTF8.self) else {
          throw .malformed(reason: "a condition is not UTF-8")
        }
        conditions.append(condition)
      }
      current = MacaroonSignature.next(after: current, caveat)
    }
    let expected = root.map { MacaroonSignature.bound(current, to: $0) } ?? current
    guard equalInConstantTime(expected, signature) else { throw .signatureMismatch }
    return conditions
  }
}
