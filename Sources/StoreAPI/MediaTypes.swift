/// Content types that snapd compares to the letter: a `charset` would break them.
public enum MediaType {
  /// Everything but what follows.
  public static let json = "application/json"
  /// The old catalogue calls.
  public static let hal = "application/hal+json"
  /// Assertions, one or a stream.
  public static let assertion = "application/x.ubuntu.assertion"
}
