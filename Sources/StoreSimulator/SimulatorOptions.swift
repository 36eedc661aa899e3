/// What a simulator is to be.
public struct SimulatorOptions: Sendable {
  /// Where keys and snaps are kept, so that the next start has the same; `nil` is a temporary directory that goes with
  /// the simulator.
  public var directory: String?
  /// The address to listen on, and the host of every URL that is given away.
  public var host = "127.0.0.1"
  /// 0 lets the system choose.
  public var port = 0
  /// The address to give away, without a slash at the end, where something stands in front; `nil` is host and port.
  public var publicURL: String?
  /// What the store has.
  public var seed = SimulatorSeed.demo
  /// Adds snaps of so many random bytes to the seed, by name.
  public var randomSnaps: [String: UInt64] = [:]
  /// Least size of the snap.yaml of each of them, in bytes.
  public var yamlSize: UInt64 = 0
  /// Of keys that are made anew. 2048 is fast, 4096 is what real stores have.
  public var keyBits = 2048

  /// The demo, on a port that the system chooses.
  public init() {}
}

/// What the store has.
public enum SimulatorSeed: Sendable {
  /// Some small snaps with all that a store can have: tracks, branches, architectures, bases, content; and the stores
  /// of a brand.
  case demo
  /// So many snaps of random bytes, `load-1`, `load-2`, ...
  case load(snaps: Int, bytes: UInt64)
  /// A brand's store `fleet` with so many small snaps, `fleet-1`, `fleet-2`, ..., in ten channels for three architectures.
  case fleet(snaps: Int)
  /// These.
  case snaps([SeedSnap])
  /// These, some of them in these stores.
  case stores([SeedStore], snaps: [SeedSnap])
}
