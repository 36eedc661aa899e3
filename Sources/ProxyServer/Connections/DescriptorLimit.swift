import Glibc

/// Sees to it that the system lets the server have the files and sockets that its connections need.
struct DescriptorLimit: Sendable {
  /// Files and sockets that the process may have open.
  let descriptors: Int

  /// More does not help this server, and some systems set no limit at all.
  private static let most = 1 << 20

  /// Raises the soft limit of this process (RLIMIT_NOFILE) as far as the hard limit lets it and the connections need it.
  static func raised(for connections: Int) -> DescriptorLimit {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return DescriptorLimit(descriptors: 1024)
    }
    let wanted = rlim_t(min(most, max(1 << 16, needed(for: connections))))
    if limit.rlim_cur < wanted {
      var raised = limit
      raised.rlim_cur = min(limit.rlim_max, wanted)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return DescriptorLimit(descriptors: Int(clamping: limit.rlim_cur))
  }

  // Range: the reserve is at most a constant, descriptors are at least 0.
  /// How many connections may be open at a time: each can need a socket and a file; the database, the upstream store, the
  /// cache and the answers to refused connections need some, too.
  /// - Parameter wanted: What the configuration allows.
  func connections(wanted: Int) -> Int { max(1, min(wanted, (descriptors - reserve) / 2)) }

  // Range: twice `most` and a constant.
  /// The limit that a number of connections needs.
  static func needed(for connections: Int) -> Int {
    connections > most ? most : 2 * connections + mostReserved
  }

  private static let mostReserved = 512
  private var reserve: Int { min(Self.mostReserved, max(24, descriptors / 4)) }
}
