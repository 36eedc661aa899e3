import Assertions
import Cryptography
import Foundation
import HTTPClient
import StoreModel
import StoreSimulator
import Testing

@Suite("Trust of the simulator") struct TrustTests {
  @Test("every revision's chain verifies to the root, and to no other") func chains() async throws {
    try await SimulatorFixture.with { store in
      for (name, number) in [("hello", 2), ("jq", 6), ("desktop-app", 42), ("core22", 1380)] {
        let digest = try #require(store.simulator.revision(number, of: name)).sha3
        let chain = try await store.chain(of: "snap-revision/\(digest.base64URL)")
        var verifier = AssertionVerifier(roots: store.simulator.roots)
        try verifier.verify(chain)
        #expect(verifier.verified(AssertionIdentity(snapRevision: digest)) != nil)
        var stranger = AssertionVerifier(roots: .canonical)
        #expect(throws: AssertionError.self) { try stranger.verify(chain) }
      }
    }
  }

  @Test("a validation set is signed by its publisher, and the latest is found") func sequences() async throws {
    try await SimulatorFixture.with { store in
      let latest = try await store.assertion("validation-set/16/systemworks/tested?sequence=latest")
      #expect(latest["sequence"] == "2")
      let first = try await store.assertion("validation-set/16/systemworks/tested?sequence=1")
      #expect(first["sequence"] == "1")
      var verifier = AssertionVerifier(roots: store.simulator.roots)
      try verifier.verify(try await store.chain(of: "validation-set/16/systemworks/tested/2"))
    }
  }

  @Test("a format that the client does not know is not sent") func formats() async throws {
    try await SimulatorFixture.with { store in
      let id = try #require(store.simulator.revision(42, of: "desktop-app")).snapID
      #expect(try await store.assertion("snap-declaration/16/\(id)?max-format=0").format == 0)
      #expect(try await store.assertion("snap-declaration/16/\(id)?max-format=5").format == 1)
    }
  }

  @Test("what is not there is not found, in the words that snapd knows") func notFound() async throws {
    try await SimulatorFixture.with(.load(snaps: 1, bytes: 10)) { store in
      for path in ["account/nobody", "nonsense/x", "snap-declaration/16", "store/x"] {
        let response = try await store.get("/v2/assertions/\(path)")
        #expect(response.status == 404)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.text.contains(#""code":"not-found""#))
      }
    }
  }

  @Test("a wrong signature and a foreign root are refused, until the store behaves") func misbehaviour() async throws {
    try await SimulatorFixture.with(.load(snaps: 1, bytes: 10)) { store in
      let digest = try #require(store.simulator.revision(1, of: "load-1")).sha3
      let path = "snap-revision/\(digest.base64URL)"
      for misbehaviour in [
        Misbehaviour(.wrongSignature, path: "/v2/assertions/snap-revision/"), Misbehaviour(.foreignRoot),
      ] {
        store.simulator.misbehave(misbehaviour)
        let chain = try await store.chain(of: path)
        var verifier = AssertionVerifier(roots: store.simulator.roots)
        #expect(throws: AssertionError.self) { try verifier.verify(chain) }
        store.simulator.behave()
      }
      var verifier = AssertionVerifier(roots: store.simulator.roots)
      try verifier.verify(try await store.chain(of: path))
    }
  }
}
