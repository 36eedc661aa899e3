import CSodium

/// libsodium must be started once; nothing here works before.
enum Sodium {
  private static let isStarted = sodium_init() >= 0

  static func start() { precondition(isStarted, "libsodium finds no source of random numbers") }
}
