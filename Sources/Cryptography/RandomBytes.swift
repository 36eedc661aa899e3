import CSodium

/// Random numbers that nobody can guess.
public enum RandomBytes {
  /// As many bytes as asked, from the kernel.
  public static func make(_ count: Int) -> [UInt8] {
    Sodium.start()
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }
}
