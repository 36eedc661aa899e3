import Cryptography
import Foundation
import StoreModel

/// One call of the verifier: puts assertions in the order in which they stand on each other and checks each once.
struct VerificationBatch {
  /// All that came under one identity.
  private struct Node {
    var versions: [Assertion] = []
    var dependants: [Int] = []
    var waitsFor = 0
    var isRoot = false
  }

  private let known: VerifiedSet
  private let roots: TrustedRoots
  private let now: Date
  private var nodes: [Node] = []
  private var indices: [AssertionIdentity: Int] = [:]

  init(_ assertions: [Assertion], held: VerifiedSet, roots: TrustedRoots, now: Date) {
    known = held
    self.roots = roots
    self.now = now
    for assertion in assertions where held.assertions[assertion.identity] != assertion {
      let index = indices[assertion.identity] ?? nodes.count
      if index == nodes.count {
        indices[assertion.identity] = index
        nodes.append(Node())
      }
      if !nodes[index].versions.contains(assertion) { nodes[index].versions.append(assertion) }
    }
  }

  /// - Returns: What is new.
  mutating func run() throws(AssertionError) -> VerifiedSet {
    var context = VerificationContext(held: known, now: now)
    for (index, node) in nodes.enumerated() {
      for key in node.versions where isPinned(key) {
        nodes[index].isRoot = true
        try context.verifyRoot(key)
      }
    }
    try connect(context)
    var ready = nodes.indices.filter { !nodes[$0].isRoot && nodes[$0].waitsFor == 0 }
    var done = ready.count
    while let index = ready.popLast() {
      for assertion in nodes[index].versions { try context.verify(assertion) }
      for dependant in nodes[index].dependants {
        // Range: a node waits for as many as name it as a dependant.
        nodes[dependant].waitsFor -= 1
        if nodes[dependant].waitsFor == 0 {
          ready.append(dependant)
          done += 1
        }
      }
    }
    if done < nodes.count(where: { !$0.isRoot }),
      let circular = nodes.first(where: { !$0.isRoot && $0.waitsFor > 0 })?.versions.first
    {
      throw .circular(subject: context.subject(of: circular))
    }
    return context.added
  }

  private func isPinned(_ assertion: Assertion) -> Bool {
    assertion.type == .accountKey
      && (try? SHA3Digest(base64URL: assertion["public-key-sha3-384"] ?? "")).map(roots.ids.contains) ?? false
  }

  /// Roots stand on nothing; everything else waits for what it stands on, where that came in the same batch.
  private mutating func connect(_ context: VerificationContext) throws(AssertionError) {
    for index in nodes.indices where !nodes[index].isRoot {
      for assertion in nodes[index].versions {
        guard assertion.type.hasAuthority || assertion.type == .accountKeyRequest else {
          throw .notVerifiable(subject: context.subject(of: assertion))
        }
        guard !assertion.isSelfSigned else {
          throw .untrustedRoot(subject: context.subject(of: assertion), keyID: assertion.signKeyID.base64URL)
        }
        for needed in assertion.prerequisites {
          if let other = indices[needed] {
            guard !nodes[other].isRoot else { continue }
            nodes[other].dependants.append(index)
            nodes[index].waitsFor += 1
          } else if known.assertions[needed] == nil {
            throw .missing(subject: context.subject(of: assertion), prerequisite: needed)
          }
        }
        // A model is no prerequisite of its serials, but says who may sign them.
        for helpful in assertion.usefulCompanions {
          guard let other = indices[helpful] else { continue }
          nodes[other].dependants.append(index)
          nodes[index].waitsFor += 1
        }
      }
    }
  }
}

extension Assertion {
  /// Not needed, but consulted where it is there.
  fileprivate var usefulCompanions: [AssertionIdentity] {
    guard type == .serial || type == .preseed, let brand = self["brand-id"], let model = self["model"],
      authorityID != brand
    else { return [] }
    return [AssertionIdentity(type: .model, primaryKey: ["16", brand, model])].compactMap(\.self)
  }
}
